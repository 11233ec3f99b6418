import Testing

@testable import Provision

/// What a boot makes of a kernel setting.
@Suite struct SysctlFilesTests {
  static func files(_ all: [(path: String, text: String)]) -> SysctlFiles {
    SysctlFiles(
      lines: all.flatMap { file in
        file.text.split(separator: "\n", omittingEmptySubsequences: false).enumerated().filter { !$0.element.isEmpty }
          .map { Setting(path: file.path, line: $0.offset + 1, text: String($0.element)) }
      }, files: all.map(\.path))
  }

  @Test(arguments: [
    (["/etc/sysctl.d/zz-hardening.conf": "net.ipv4.ip_forward = 0"], "0"),
    (["/etc/sysctl.d/99-zzz.conf": "net.ipv4.ip_forward=0"], "0"),
    (["/usr/lib/sysctl.d/zz.conf": "net/ipv4/ip_forward = 0"], "0"),
    (["/run/sysctl.d/99-zz-hearty.conf": "-net.ipv4.ip_forward = 0"], "0"),
    // Before hearth's own, or by another name.
    (["/etc/sysctl.d/99-sysctl.conf": "net.ipv4.ip_forward = 0"], nil),
    (["/etc/sysctl.d/zz.conf": "net.ipv4.ip_forward = 1"], nil),
    (["/etc/sysctl.d/zz.conf": "net.ipv6.ip_forward = 0"], nil),
    // A file of the same name in a folder that goes first takes its place, also when it sets nothing.
    (["/usr/lib/sysctl.d/zz.conf": "net.ipv4.ip_forward = 0", "/etc/sysctl.d/zz.conf": ""], nil),
    // The last line of the last file counts.
    (["/etc/sysctl.d/zz.conf": "net.ipv4.ip_forward = 0\nnet.ipv4.ip_forward = 1"], nil),
    (["/etc/sysctl.d/za.conf": "net.ipv4.ip_forward = 1", "/etc/sysctl.d/zb.conf": "net.ipv4.ip_forward = 0"], "0"),
  ])
  func seesWhoWins(files: [String: String], value: String?) {
    let all = Self.files(files.map { ($0.key, $0.value) })
    #expect(KernelSetting.overruling("net.ipv4.ip_forward", "1", all)?.value == value)
  }

  @Test func patternsAreForAllInterfacesButThoseThatAreNamed() {
    let all = Self.files([("/etc/sysctl.d/zz.conf", "net.ipv4.conf.*.rp_filter = 1")])
    #expect(KernelSetting.overruling("net.ipv4.conf.all.rp_filter", "2", all)?.value == "1")
    let without = Self.files([
      ("/etc/sysctl.d/zz.conf", "net.ipv4.conf.*.rp_filter = 1\n-net.ipv4.conf.all.rp_filter")
    ])
    #expect(KernelSetting.overruling("net.ipv4.conf.all.rp_filter", "2", without) == nil)
  }

  @Test func aFileThatSortsLastIsAddedOnceAndThenEnough() throws {
    let kind = KernelSetting(key: "net.ipv4.ip_forward", value: "1")
    var state = HostState()
    state.values["/proc/sys/net/ipv4/ip_forward"] = "1"
    let own = Resource.File("/etc/sysctl.d/99-zz-hearth-net.ipv4.ip_forward.conf", "net.ipv4.ip_forward = 1\n")
    state.stats[own.path] = PlanTests.stat()
    state.sums[own.path] = own.content.sha256
    #expect(try kind.difference(ComparisonContext(state: state)) == nil)
    state.sysctlFiles = Self.files([("/etc/sysctl.d/zz.conf", "\nnet.ipv4.ip_forward = 0")])
    let fields = try kind.difference(ComparisonContext(state: state))?.fields
    #expect(fields == [FieldChange("at boot", from: "0 (/etc/sysctl.d/zz.conf:2)", to: "1")])
    let late = "/etc/sysctl.d/~hearth-net.ipv4.ip_forward.conf"
    state.stats[late] = PlanTests.stat()
    state.sums[late] = own.content.sha256
    #expect(try kind.difference(ComparisonContext(state: state)) == nil)
  }
}
