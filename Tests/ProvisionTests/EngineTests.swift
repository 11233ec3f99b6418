import Artifacts
import Diagnostics
import Foundation
import SSH
import Testing

@testable import Provision

/// The engine on real files, locks and processes.
@Suite(.enabled(if: SandboxHost.isPossible, "needs root and mount namespaces"), .serialized)
struct EngineTests {
  static let identity = RunIdentity(
    run: "", holder: "anna@laptop", process: ProcessIdentity(system: "m1", pid: 1, start: "0"))

  static func phases(_ resources: [Resource], on host: String = "box") -> [Phase] {
    [Phase("test", title: "Test", resources: [host: resources])]
  }

  static let items: [Resource] = [
    .directory(.init("/srv/demo", mode: 0o750)),
    .file(.init("/srv/demo/a.conf", "a = 1\nit's \"b\" $HOME `c`\n")),
    .file(.init("/srv/demo/empty", "")),
    .file(.init("/srv/demo/no newline", "x", mode: 0o600, sensitive: true)),
    .file(.init("/etc/motd", "hearth\n")),
    .symlink(.init("/srv/demo/link", to: "a.conf")),
    .hosts([.init(address: "10.0.0.1", names: ["pi1", "pi1.lan"])]),
    .absent(path: "/etc/hearth-old"),
    .custom(
      .init(
        "token", probe: "printf 'end\\n\\n'; cat /srv/demo/token",
        judge: { _, output in output == Array("end\n\nsecret".utf8) ? [] : [FieldChange("token", from: nil, to: "made")]
        },
        apply: { .init("cp \"$HEARTH_FILES/t\" /srv/demo/token", files: ["t": Array("secret".utf8)]) })),
  ]

  @Test func makesItSoAndThenHasNothingToDo() async throws {
    let box = try SandboxHost()
    _ = try await box.output("echo old >/etc/motd; echo x >/etc/hearth-old; printf '127.0.0.1 localhost' >/etc/hosts")
    let first = Engine(hosts: ["box": try box.shell()], events: SilentSink())
    let plan = await first.plan(Self.phases(Self.items))
    #expect(plan.failures.isEmpty)
    let report = await first.apply(plan)
    #expect(report.failures.isEmpty)
    #expect(report.changed["box"] == Self.items.map(\.id))
    #expect(await first.execCounts() == ["box": 4])

    let second = Engine(hosts: ["box": try box.shell()], events: SilentSink())
    let again = await second.plan(Self.phases(Self.items))
    #expect(again.isEmpty, "\(again.text)")
    #expect(await second.apply(again).changedCount == 0)
    #expect(await second.execCounts() == ["box": 1])

    #expect(
      try await box.output("cat /etc/hosts")
        == "127.0.0.1 localhost\n# hearth begin\n10.0.0.1 pi1 pi1.lan\n# hearth end\n")
    #expect(
      try await box.output("cat /etc/motd.hearth-orig; cat /srv/demo/a.conf") == "old\na = 1\nit's \"b\" $HOME `c`\n")
    #expect(try await box.output("stat -c %a /srv/demo/token '/srv/demo/no newline' /srv/demo") == "600\n600\n750\n")
    // Nothing that held a secret is left, and no lock.
    #expect(try await box.output("grep -rl secret /run /var/lib/hearth; ls /run/hearth") == "apply.lock\n")
  }

  @Test func keepsTheOriginalOnlyOfWhatItDidNotWrite() async throws {
    let box = try SandboxHost()
    for text in ["one\n", "two\n", "three\n"] {
      let engine = Engine(hosts: ["box": try box.shell()], events: SilentSink())
      _ = await engine.apply(await engine.plan(Self.phases([.file(.init("/srv/x", text))])))
    }
    #expect(try await box.output("ls -A /srv; cat /srv/x") == "x\nthree\n")
  }

  @Test func aFailedStepStopsItsHostAndSaysWhy() async throws {
    let (good, bad) = (try SandboxHost("good"), try SandboxHost("bad", srvKilobytes: 64))
    let log = EventLog()
    let engine = Engine(hosts: ["good": try good.shell(), "bad": try bad.shell()], events: log)
    let big = Resource.file(.init("/srv/big", String(repeating: "0123456789\n", count: 20_000)))
    let after = Resource.file(.init("/srv/after", "x"))
    let phases = [
      Phase("one", title: "One", resources: ["good": [big, after], "bad": [big, after]]),
      Phase("two", title: "Two", resources: ["good": [.file(.init("/srv/two", "x"))]]),
      Phase("three", title: "Three", resources: ["good": [.file(.init("/srv/three", "x"))]], needs: ["bad"]),
    ]
    let report = await engine.apply(await engine.plan(phases))
    let error = try #require(report.failures["bad"])
    #expect(error.subject == Subject(host: "bad", step: "file /srv/big"))
    #expect(error.hint?.contains("disk is full") == true)
    #expect(error.output.contains { $0.contains("No space left") })
    #expect(report.notReached["bad"] == ["file /srv/after"])
    #expect(report.changed["good"] == ["file /srv/big", "file /srv/after", "file /srv/two"])
    #expect(report.failures["good"]?.message.contains("needs bad") == true)
    // The unfinished file is not under its name, and the next run needs no help.
    #expect(try await bad.output("ls /srv") == "")
    _ = try await bad.output("mount -o remount,size=8m /srv")
    let again = Engine(hosts: ["good": try good.shell(), "bad": try bad.shell()], events: SilentSink())
    #expect(await again.apply(await again.plan(phases)).failures.isEmpty)
    #expect(try await bad.output("ls -A /srv") == "after\nbig\n")
  }

  /// The client is killed at different moments; the next run converges, and no two programs work at once.
  @Test(arguments: [1, 2, 3, 4])
  func convergesAfterTheClientWasKilled(step: Int) async throws {
    let box = try SandboxHost()
    var resources: [Resource] = []
    for number in 1...5 {
      let path = "/srv/\(number)"
      resources.append(
        .custom(
          .init(
            "job \(number)", probe: "[ -e \(path) ]",
            judge: { status, _ in status == 0 ? [] : [FieldChange("done", from: nil, to: "yes")] },
            apply: {
              .init("mkdir /srv/busy; sleep 0.2; rmdir /srv/busy; echo \(number) >>/srv/order; : >\(path)")
            })))
    }
    let log = EventLog()
    let shell = try box.shell()
    var gone = RunIdentity.current()
    gone.process.start = "1"
    let killed = Engine(hosts: ["box": shell], events: log, identity: gone)
    let plan = await killed.plan(Self.phases(resources))
    let run = Task { await killed.apply(plan) }
    await log.first { if case .stepStarted(_, _, "job \(step)") = $0 { true } else { false } }
    shell.cut()
    _ = await run.value

    let engine = Engine(hosts: ["box": try box.shell()], events: SilentSink())
    let again = await engine.plan(Self.phases(resources))
    #expect(again.failures.isEmpty, "\(again.text)")
    #expect(await engine.apply(again).failures.isEmpty)
    let last = Engine(hosts: ["box": try box.shell()], events: SilentSink())
    #expect(await last.plan(Self.phases(resources)).isEmpty)
    #expect(try await box.output("cat /srv/order") == "1\n2\n3\n4\n5\n")
  }

  /// Nobody looks after a connection while a person looks at the plan.
  @Test func aConnectionLostBeforeTheWorkIsOpenedAgain() async throws {
    let box = try SandboxHost()
    let shell = try box.shell(), fresh = try box.shell()
    let engine = Engine(
      hosts: ["box": shell], events: SilentSink(), reconnect: { _ throws(HearthError) in fresh })
    let plan = await engine.plan(Self.phases([.directory(.init("/srv/late"))]))
    shell.lose()
    let report = await engine.apply(plan)
    #expect(report.failures.isEmpty && report.changedCount == 1)

    // Without a way to connect again, it is an error.
    let alone = Engine(hosts: ["box": shell], events: SilentSink())
    #expect(await alone.plan(Self.phases([.directory(.init("/srv"))])).failures["box"]?.code == .unreachable)
  }

  @Test func aSecondOperatorIsRefusedAndToldWho() async throws {
    let box = try SandboxHost()
    let slow = Resource.custom(
      .init(
        "slow", probe: "[ -e /srv/slow ]",
        judge: { status, _ in status == 0 ? [] : [FieldChange("done", from: nil, to: "yes")] },
        apply: { .init("while [ ! -e /srv/go ]; do sleep 0.05; done; : >/srv/slow") }))
    let log = EventLog()
    let mine = RunIdentity(
      run: "a1", holder: "anna@laptop", process: ProcessIdentity(system: "other", pid: 7, start: "1"))
    let first = Engine(hosts: ["box": try box.shell()], events: log, identity: mine)
    let plan = await first.plan(Self.phases([slow]))
    let run = Task { await first.apply(plan) }
    await log.first { if case .stepStarted = $0 { true } else { false } }

    let second = Engine(hosts: ["box": try box.shell()], events: SilentSink())
    let seen = await second.observe(Self.phases([slow]))
    let error = try #require(seen.failures["box"])
    #expect(error.code == .locked)
    #expect(error.message.contains("anna@laptop (process 7)"))
    _ = try await box.output(": >/srv/go")
    #expect(await run.value.failures.isEmpty)
    #expect(await second.observe(Self.phases([slow])).failures.isEmpty)
  }

  @Test func refusesAHostThatChangedSinceThePlan() async throws {
    let box = try SandboxHost()
    let first = Engine(hosts: ["box": try box.shell()], events: SilentSink())
    let second = Engine(hosts: ["box": try box.shell()], events: SilentSink())
    let old = await first.plan(Self.phases([.file(.init("/srv/a", "1"))]))
    _ = await second.apply(await second.plan(Self.phases([.file(.init("/srv/a", "2"))])))
    let report = await first.apply(old)
    #expect(report.failures["box"]?.code == .refused)
    #expect(report.notReached["box"] == ["file /srv/a"])
    #expect(try await box.output("cat /srv/a") == "2")
  }

  @Test func stopsAfterTheRunningStep() async throws {
    let box = try SandboxHost()
    let log = EventLog()
    let engine = Engine(hosts: ["box": try box.shell()], events: log)
    let slow = Resource.custom(
      .init(
        "slow", probe: "[ -e /srv/slow ]",
        judge: { status, _ in status == 0 ? [] : [FieldChange("done", from: nil, to: "yes")] },
        apply: { .init("while [ ! -e /run/hearth/jobs/*/cancel ]; do sleep 0.05; done; : >/srv/slow") }))
    let plan = await engine.plan(Self.phases([slow, .file(.init("/srv/after", "x"))]))
    let run = Task { await engine.apply(plan) }
    await log.first { if case .stepStarted = $0 { true } else { false } }
    engine.cancel()
    let report = await run.value
    #expect(report.cancelled)
    #expect(report.failures.isEmpty)
    #expect(report.changed["box"] == ["slow"])
    #expect(report.notReached["box"] == ["file /srv/after"])
  }

  @Test func deliversLargeFilesOnce() async throws {
    let box = try SandboxHost()
    let bytes = [UInt8]("binary".utf8)
    let path = NSTemporaryDirectory() + "hearth-delivery-\(UInt64.random(in: 0 ... .max))"
    _ = FileManager.default.createFile(atPath: path, contents: Data(bytes))
    defer { try? FileManager.default.removeItem(atPath: path) }
    let file = LocalFile(path: path, sha256: bytes.sha256, bytes: bytes.count)
    let resources: [Resource] = [
      .delivery(.init("/srv/bin/one", file)), .delivery(.init("/srv/bin/two", file, mode: 0o500)),
    ]
    let engine = Engine(hosts: ["box": try box.shell()], events: SilentSink())
    #expect(await engine.apply(await engine.plan(Self.phases(resources))).failures.isEmpty)
    #expect(try await box.output("stat -c '%a %s' /srv/bin/*; ls -A /srv/bin") == "755 6\n500 6\none\ntwo\n")
    let again = Engine(hosts: ["box": try box.shell()], events: SilentSink())
    #expect(await again.plan(Self.phases(resources)).isEmpty)
    _ = try await box.output("printf x >>/srv/bin/one")
    #expect(await again.plan(Self.phases(resources)).changeCount == 1)
  }

  @Test func editsCmdlineAndRefusesOneThatChangedMeanwhile() async throws {
    let box = try SandboxHost()
    let program = try ApplyProgram(
      [
        .init(
          resource: .bootParameters(["cgroup_enable=memory"]),
          change: ResourceChange(id: "boot parameters", action: .update, fields: [FieldChange("x", from: nil, to: "y")])
        )
      ],
      host: "box", state: Self.booted("console=tty1 root=/dev/sda2\r\n"), run: "r", job: "/run/hearth/jobs/r",
      limits: Limits())
    let edit = program.text.replacing("/boot/firmware/", with: "/srv/")
    let prepare = "mkdir -p /run/hearth/jobs/r /var/lib/hearth; echo 'r b 1 1 1 1 m h' >/run/hearth/lock; cat >/run/p; "
    func run(_ before: String) async throws -> String {
      let result = try await box.shell().run(
        prepare + "printf '\(before)' >/srv/cmdline.txt; sh /run/p; cat /srv/cmdline.txt", input: Array(edit.utf8),
        timeout: .seconds(30), onOutput: nil)
      return result.outputText
    }
    #expect(
      try await run("console=tty1 root=/dev/sda2\\r\\n")
        .hasSuffix("console=tty1 root=/dev/sda2 cgroup_enable=memory\n"))
    let refused = try await run("console=tty2\\n")
    #expect(refused.contains("has changed since it was looked at"))
    #expect(refused.hasSuffix("console=tty2\n"))
    #expect(try await box.output("cat /srv/cmdline.txt.hearth-orig") == "console=tty1 root=/dev/sda2\r\n")
  }

  /// One of two hosts fails while the other one waits for it for ten minutes.
  @Test func aHostThatCanOnlyWaitForAFailedOneEndsWithItAndIsNoErrorOfItsOwn() async throws {
    let (lead, other) = (try SandboxHost("lead"), try SandboxHost("other"))
    let log = EventLog()
    let engine = Engine(hosts: ["lead": try lead.shell(), "other": try other.shell()], events: log)
    func step(_ script: String, _ timeout: Duration) -> Resource {
      .custom(
        .init(
          "wait", probe: "false", judge: { _, _ in [FieldChange("x", from: nil, to: "y")] },
          apply: { .init(script, timeout: timeout) }))
    }
    let phases = [
      Phase(
        "cluster", title: "Fill the cluster",
        resources: ["lead": [step("sleep 1; exit 1", .seconds(60))], "other": [step("sleep 600", .seconds(900))]],
        leaders: ["lead"]),
      Phase("joined", title: "Mark", resources: ["other": [.directory(.init("/srv/x"))]], needs: ["lead"]),
    ]
    let report = await engine.apply(await engine.plan(phases))
    #expect(report.failures["lead"]?.code == .remoteCommand)
    #expect(report.failures["other"] == Engine.consequence(of: "lead", on: "other", step: "wait"))
    let errors = log.events.compactMap { event in if case .failure(let error) = event { error } else { nil } }
    #expect(errors.map(\.subject.host) == ["lead"])
    #expect(log.notes.last?.hasSuffix("for no reason of their own: other") == true)
    #expect(try await other.output("ls /srv") == "")
  }

  static func booted(_ cmdline: String) -> HostState {
    var state = HostState()
    state.contents["/boot/firmware/cmdline.txt"] = Array(cmdline.utf8)
    state.values["/proc/mounts"] = "/dev/mmcblk0p1 /boot/firmware vfat rw 0 0"
    return state
  }
}
