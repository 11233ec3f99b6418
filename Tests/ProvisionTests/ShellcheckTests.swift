import Artifacts
import Foundation
import Templates
import Testing

@testable import Provision

/// Every program that hearth makes for a host, as it goes there.
@Suite(
  .enabled(
    if: FileManager.default.isExecutableFile(atPath: "/usr/bin/shellcheck"), "needs shellcheck (apt install shellcheck)"
  ))
struct ShellcheckTests {
  private static let trial: Resource.Unit = {
    var unit = Resource.Unit("d", restartOn: ["/etc/d's"])
    unit.trial = .init(settings: "it's: 1", files: ["/etc/d's"])
    return unit
  }()

  private static let kept: Resource.File = {
    var file = Resource.File("/etc/d's", "x")
    file.keepsLast = true
    return file
  }()

  static let resources: [Resource] = [
    .file(.init("/etc/a file's", "it's\n")), .file(.init("/etc/once", "x", onlyIfMissing: true)),
    .directory(.init("/srv/x")), .symlink(.init("/srv/y", to: "x")), .absent(path: "/srv/z"),
    .packages(.allHeld(["jq", "curl=1"])), .unit(.init("a", restartOn: ["/etc/a"])),
    .unit(.init("b", state: .stopped, enabled: false)), .unit(.init("c", state: .masked)),
    .unit(trial), .file(kept),
    .kernelModule("br_netfilter"),
    .sysctl(key: "net.ipv4.ip_forward", value: "1"), .swapOff, .bootParameters(["cgroup_enable=memory"]),
    .hostname("pi1"),
    .hosts([.init(address: "10.0.0.1", names: ["pi1"])]), .user(.init("etcd", home: "/var/lib/etcd")),
    .delivery(.init("/usr/local/bin/x", LocalFile(path: "/x", sha256: String(repeating: "a", count: 64), bytes: 1))),
    .custom(.init("c", probe: "cat /x", judge: { _, _ in [] }, apply: { .init("true", files: ["a": [1]]) })),
  ]

  static func programs() throws -> [String: String] {
    var request = ObservationRequest()
    for resource in resources { resource.kind.observe(&request) }
    var state = EngineTests.booted("console=tty1 root=/dev/sda2\n")
    state.values["/proc/cmdline"] = "console=tty1"
    let steps = resources.map { resource in
      let difference = try? resource.kind.difference(ComparisonContext(state: state))
      return ApplyProgram.Step(
        resource: resource,
        change: ResourceChange(
          id: resource.id, action: .create, fields: difference?.fields ?? [FieldChange("state", from: nil, to: "x")]))
    }
    let values: [String: Any?] = [
      "job": "/run/hearth/jobs/r", "nonce": "abc", "bytes": 1, "leftoverSeconds": 1, "run": "r1", "clean": true,
      "expirySeconds": 180, "owner": "1 2 m h", "givenUp": "-", "lastRun": "",
    ]
    var programs = [
      "observe": try ObserveProgram(request, leftover: .seconds(1)).script,
      "apply": try ApplyProgram(
        steps, host: "pi1", state: state, run: "r1", job: "/run/hearth/jobs/r", limits: Limits()
      ).text,
    ]
    for name in ["launch", "attach", "lock", "unlock", "heartbeat"] {
      programs[name] = try Template("host/\(name).sh").render(values)
    }
    return programs
  }

  @Test(arguments: ["observe", "apply", "launch", "attach", "lock", "unlock", "heartbeat"])
  func isCleanInDashMode(name: String) throws {
    let text = try #require(try Self.programs()[name])
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/shellcheck")
    // 2034, 2154: variables that only some programs use. 2317: functions that are called through "step_$1".
    process.arguments = ["-s", "dash", "-e", "SC2034,SC2154,SC2317", "-"]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(said)")
  }
}
