import Artifacts
import Diagnostics
import Foundation
import SSH
import TestSupport
import Testing

@testable import Provision

/// Known files of a host, as people and their editors leave them: put right once, then nothing is left to do, and what
/// is not hearth's stays byte for byte.
@Suite(.enabled(if: SandboxHost.isPossible, "needs root and mount namespaces"), .serialized)
struct HostFileTests {
  static let entries: Resource = .hosts([.init(address: "10.0.0.2", names: ["pi2"])])
  static let block = "# hearth begin\n10.0.0.2 pi2\n# hearth end\n"

  private func settle(_ box: SandboxHost, _ resources: [Resource]) async throws -> (first: Int, second: Int) {
    let engine = Engine(hosts: ["box": try box.shell()], events: SilentSink())
    let plan = await engine.plan(EngineTests.phases(resources))
    let report = await engine.apply(plan)
    #expect(report.failures.isEmpty, "\(report.failures)")
    let again = await engine.plan(EngineTests.phases(resources))
    return (plan.changeCount, again.changeCount)
  }

  @Test(arguments: [
    (#"127.0.0.1\tlocalhost\r\n192.168.178.20 nas\r\n"#, #"127.0.0.1\tlocalhost\r\n192.168.178.20 nas\r\n"#),
    (#"127.0.0.1 localhost"#, #"127.0.0.1 localhost\n"#),
    (#"127.0.0.1 localhost\r\n10.0.0.9 x\r"#, #"127.0.0.1 localhost\r\n10.0.0.9 x\r\n"#),
    (#"127.0.0.1 localhost\n10.0.0.3 m\344nnchen \000\n"#, #"127.0.0.1 localhost\n10.0.0.3 m\344nnchen \000\n"#),
    (#"127.0.0.1 localhost\n\000"#, #"127.0.0.1 localhost\n\000\n"#),
    // The whole file went through an editor that gave the block other line ends.
    (
      #"127.0.0.1 localhost\r\n# hearth begin\r\n10.0.0.2 pi2\r\n# hearth end\r\n10.0.0.7 y\r\n"#,
      #"127.0.0.1 localhost\r\n10.0.0.7 y\r\n"#
    ),
    // Beginnings without ends, ends without beginnings.
    (#"# hearth begin\n10.0.0.8 old\n127.0.0.1 localhost\n"#, #"10.0.0.8 old\n127.0.0.1 localhost\n"#),
    (
      #"# hearth begin\n10.0.0.8 a\n# hearth begin\n10.0.0.2 pi2\n# hearth end\n10.0.0.9 b\n# hearth end\n"#,
      #"10.0.0.8 a\n10.0.0.9 b\n"#
    ),
    (#""#, #""#),
  ])
  func theHostsFileKeepsItsBytesAndSettles(before: String, kept: String) async throws {
    let box = try SandboxHost()
    _ = try await box.output("rm -f /etc/cloud/templates/hosts.debian.tmpl; printf '\(before)' >/etc/hosts")
    let counts = try await settle(box, [Self.entries])
    #expect(counts.first == 1 && counts.second == 0)
    let same = try await box.output(
      "{ printf '\(kept)'; printf '%s' '\(Self.block)'; } | cmp - /etc/hosts && echo same; od -c /etc/hosts >&2")
    #expect(same == "same\n")
  }

  @Test(arguments: [
    #"/dev/sda2 none swap sw 0 0\r\n"#, #"/dev/sda2 none swap sw 0 0"#, #"UUID=1 none swap\n"#,
    #"# t\344st\n/dev/sda2\tnone\tswap\tsw\000 0 0\n"#,
  ])
  func swapInFstabIsTakenOutOnce(text: String) async throws {
    let box = try SandboxHost()
    _ = try await box.output("printf '/dev/sda1 / ext4 rw 0 1\\r\\n' >/etc/fstab; printf '\(text)' >>/etc/fstab")
    let swap = try await box.output("tail -n +2 /proc/swaps")
    guard swap.isEmpty else { return }
    let counts = try await settle(box, [.swapOff])
    #expect(counts.first == 1 && counts.second == 0)
    #expect(try await box.output("head -n 1 /etc/fstab | od -An -c | tr -d ' \\n'").hasSuffix("01\\r\\n"))
  }

  @Test func cloudInitsTemplateGetsTheBlockWhereUserDataInsists() async throws {
    let box = try SandboxHost()
    // What decides is below /var/lib/cloud and /boot, which this host shares with the machine: the probe is changed.
    let shell = try box.shell()
    let state = try await observed(
      shell,
      "mkdir -p /etc/cloud/templates; printf '## template:jinja\\n127.0.1.1 {{fqdn}}\\n' >\(HostsBlock.template); "
        + "printf '127.0.0.1 localhost\\n' >/etc/hosts")
    var insisting = state
    insisting.probes["cloud-init hosts"] = ProbeResult(
      status: 0, output: Array("/boot/firmware/user-data:manage_etc_hosts: true".utf8))
    let kind = Self.entries.kind
    let difference = try #require(try kind.difference(ComparisonContext(state: insisting)))
    #expect(
      difference.fields.contains { $0.field == .cloudInit && $0.from?.contains("/boot/firmware/user-data") == true })
    let step = try kind.fragment(ResourceChange(id: "hosts", action: .create, fields: difference.fields), on: insisting)
    #expect(step.script.contains("put_hosts_block \(HostsBlock.template)"))
    insisting.contents[HostsBlock.template] = Array("127.0.1.1 {{fqdn}}\n\(Self.block)".utf8)
    insisting.contents["/etc/hosts"] = insisting.contents[HostsBlock.template]
    #expect(try kind.difference(ComparisonContext(state: insisting)) == nil)
    let calm = try kind.fragment(ResourceChange(id: "hosts", action: .create, fields: []), on: state)
    #expect(!calm.script.contains(HostsBlock.template))
  }

  private func observed(_ shell: SandboxShell, _ prepare: String) async throws -> HostState {
    _ = try await shell.run(prepare)
    var request = ObservationRequest()
    Self.entries.kind.observe(&request)
    let program = try ObserveProgram(request, leftover: .seconds(1))
    return try HostState(try await shell.run(program.script), of: program, waited: nil)
  }

  /// What `apt-get update` takes as a source is one for `check`, too.
  @Test(arguments: [
    ("list", #"deb\thttp://mirror.example/debian/\tbookworm\tmain"#, ["http"]),
    ("list", #"  deb http://mirror.example/debian bookworm main"#, ["http"]),
    ("list", #"deb\t[arch=amd64 signed-by=/x]\thttps://mirror.example/debian bookworm main\r"#, ["https"]),
    ("list", #"deb [ arch=amd64 ] http://user:word@mirror/debian bookworm main # here"#, ["http"]),
    ("list", #"# deb http://a/ b c\n#deb http://a/ b c\ndeb-src http://a/ b c"#, []),
    ("list", #"deb cdrom:[Debian GNU/Linux 12]/ bookworm main"#, ["cdrom"]),
    ("sources", #"types: deb\nuris: http://a/debian\nsuites: bookworm\ncomponents: main"#, ["http"]),
    (
      "sources", #"Types: deb deb-src\nURIs:\n http://a/debian\n# a note\n https://b/debian\nSuites: bookworm"#,
      ["http", "https"]
    ),
    (
      "sources",
      #"Types: deb\nURIs: http://a/\nSuites: s\nEnabled: no\n\nTypes: deb\nURIs: mirror+file:/etc/m\nSuites: s"#,
      ["mirror+file"]
    ),
    ("sources", #"Enabled: No\nTypes: deb\nURIs: http://a/\nSuites: s"#, []),
    ("sources", #"Types: deb-src\nURIs: http://a/\nSuites: s"#, []),
    ("sources", #"X-Repolib-Name: x\r\nTypes: deb\r\nURIs: http://a/\r\nSuites: s\r\n"#, ["http"]),
  ])
  func aptsSourcesAreReadAsAptReadsThem(ending: String, text: String, schemes: [String]) async throws {
    let box = try SandboxHost()
    _ = try await box.output(
      "rm -rf /etc/apt/sources.list /etc/apt/sources.list.d; mkdir /etc/apt/sources.list.d; "
        + "printf '\(text)\\n' >/etc/apt/sources.list.d/one.\(ending)")
    let facts = try await FactsProgram.gather(from: try box.shell()).facts
    #expect(facts.aptSchemes == Set(schemes))
  }

  /// A proxy whose kernel takes connections and that never says a word.
  @Test func aptThatStandsStillIsEndedAndTriedAgainAndThenGivenUpWithWords() async throws {
    let box = try SandboxHost()
    let (proxy, port) = try SSHDaemon.listen()
    defer { close(proxy) }
    _ = try await box.output(
      """
      mkdir -p /srv/state/lists/partial /srv/cache/archives/partial
      rm -rf /etc/apt/sources.list /etc/apt/sources.list.d/*
      echo 'deb [trusted=yes] http://mirror.example/debian bookworm main' >/etc/apt/sources.list
      cat >/etc/apt/apt.conf.d/99box <<END
      Dir::State "/srv/state";
      Dir::State::status "/var/lib/dpkg/status";
      Dir::Cache "/srv/cache";
      Acquire::http::Proxy "http://127.0.0.1:\(port)";
      END
      """)
    let log = EventLog()
    let limits = Limits(aptStall: .seconds(3))
    let engine = Engine(hosts: ["box": try box.shell()], events: log, limits: limits)
    let report = await engine.apply(
      await engine.plan(EngineTests.phases([.packages(.init(["hearth-no-such-package"]))])))
    let message = report.failures["box"]?.message ?? ""
    #expect(message.contains("stood still for 3 s, three times") || message.contains("package lists could not be read"))
    #expect(log.notes.count { $0.contains("stood still for 3 s") && $0.contains("trying again") } == 2)
  }
}
