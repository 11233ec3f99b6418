import Diagnostics
import Testing

@testable import Provision

/// Comparison without a host: what is wanted against what was seen.
@Suite struct PlanTests {
  static func plan(_ resources: [Resource], _ change: (inout HostState) -> Void) -> Plan {
    var state = HostState()
    change(&state)
    return Plan(
      [Phase("p", title: "Phase", resources: ["pi1": resources])], observed: Observation(hosts: ["pi1": state]))
  }

  static func unit(started: Double, active: String = "active", file: String = "enabled") -> UnitState {
    UnitState(
      load: "loaded", active: active, file: file, activeSinceMicroseconds: Int(started * 1_000_000), needsReload: false)
  }

  static func stat(_ modified: Double = 0, mode: UInt16 = 0o644, bytes: Int = 1) -> FileStat {
    FileStat(kind: .file, mode: mode, owner: "root:root", numericOwner: "0:0", bytes: bytes, modified: modified)
  }

  /// Uptime 1000 s at clock 5000: a unit that became active at 900 s started at 4900.
  @Test(arguments: [(4899.99, false), (4900.0, false), (4900.01, true), (4999.0, true)])
  func restartsAUnitWhoseFileIsNewerThanItsStart(modified: Double, restarts: Bool) {
    let plan = Self.plan([.unit(.init("kubelet", restartOn: ["/etc/kubelet.yaml"]))]) { state in
      state.units["kubelet.service"] = Self.unit(started: 900)
      state.uptimeSeconds = 1000
      state.clock = 5000
      state.stats["/etc/kubelet.yaml"] = Self.stat(modified)
    }
    #expect(plan.isEmpty == !restarts)
    #expect(plan.phases[0].hosts["pi1"]?.first?.fields.map(\.field) == (restarts ? [.restart] : nil))
  }

  @Test func restartsAUnitWhenItsFileChangesInTheSamePlan() {
    let wanted = Resource.File("/etc/a", "new\n")
    let plan = Self.plan([.file(wanted), .unit(.init("a.service", restartOn: ["/etc/a"], reloads: true))]) { state in
      state.stats["/etc/a"] = Self.stat(bytes: 4)
      state.sums["/etc/a"] = [UInt8]("old\n".utf8).sha256
      state.contents["/etc/a"] = Array("old\n".utf8)
      state.units["a.service"] = Self.unit(started: 1)
    }
    #expect(
      plan.text == """
        Phase
          pi1
            ~ file /etc/a
                line 1
                - old
                + new
            > unit a.service
                reload: /etc/a changes

        2 changes on 1 host.
        """)
  }

  @Test(arguments: [("static", true), ("enabled", true), ("generated", true), ("disabled", false), ("masked", false)])
  func knowsWhatStartsAtBoot(file: String, isFine: Bool) {
    let plan = Self.plan([.unit(.init("a"))]) { $0.units["a.service"] = Self.unit(started: 1, file: file) }
    #expect(plan.isEmpty == isFine)
  }

  @Test func aHostWithoutSystemdIsLeftOutWithAReason() {
    let plan = Self.plan([.file(.init("/etc/a", "x")), .unit(.init("a"))]) { $0.hasSystemd = false }
    #expect(plan.failures["pi1"]?.message == "systemd does not run on this host, but a needs it")
    #expect(plan.changeCount == 0)
    #expect(!plan.isEmpty)
  }

  @Test func whatComesAfterAChangedResourceIsRun() {
    let custom = Resource.custom(
      .init(
        "reload", probe: "", judge: { _, _ in [] }, apply: { () throws(HearthError) in .init("") },
        after: ["file /etc/a"]))
    let missing = Self.plan([.file(.init("/etc/a", "x")), custom]) {
      $0.probes["reload"] = ProbeResult(status: 0, output: [])
    }
    #expect(missing.phases[0].hosts["pi1"]?.map(\.action) == [.create, .run])
    let present = Self.plan([custom]) { $0.probes["reload"] = ProbeResult(status: 0, output: []) }
    #expect(present.isEmpty)
  }

  @Test func neverShowsSensitiveContent() throws {
    let secret = Resource.file(.init("/etc/key", "topsecret\n", mode: 0o600, sensitive: true))
    for plan in [
      Self.plan([secret]) { _ in },
      Self.plan([secret]) { state in
        state.stats["/etc/key"] = Self.stat(mode: 0o644)
        state.sums["/etc/key"] = "0"
      },
    ] {
      let json = try plan.saved.json()
      #expect(!(plan.text + json).contains("topsecret"))
      #expect(!json.contains([UInt8]("topsecret\n".utf8).sha256.prefix(12)))
      #expect(plan.text.contains("hidden"))
    }
  }

  @Test(arguments: ["0:0", "root:root", "root:0"])
  func ownersMayBeNamesOrNumbers(owner: String) {
    let plan = Self.plan([.file(.init("/etc/a", "x", owner: owner))]) { state in
      state.stats["/etc/a"] = Self.stat()
      state.sums["/etc/a"] = [UInt8]("x".utf8).sha256
    }
    #expect(plan.isEmpty)
  }

  @Test(arguments: ["/", "/etc", "/home/", "/etc/../usr", "relative", "/a/\n"])
  func refusesToRemoveWhatNobodyMeans(path: String) {
    let plan = Self.plan([.absent(path: path)]) { $0.stats[path] = Self.stat() }
    #expect(plan.failures["pi1"]?.code == .usage)
  }

  @Test func savedPlansMatchOnlyThemselves() throws {
    let one = Self.plan([.file(.init("/etc/a", "x"))]) { _ in }
    let other = Self.plan([.file(.init("/etc/a", "xy"))]) { _ in }
    try one.matches(one.saved)
    let error = #expect(throws: HearthError.self) { try other.matches(one.saved) }
    #expect(error?.code == .refused)
    #expect(error?.output.count == 2)
  }

  @Test func findsTheBootPartition() throws {
    func file(_ mounts: String, _ contents: [String: String], fstab: String = "") throws -> String? {
      var state = HostState()
      state.values["/proc/mounts"] = mounts
      state.contents = contents.mapValues { Array($0.utf8) }
      state.contents["/etc/fstab"] = Array(fstab.utf8)
      return try BootPlace.file(on: state)
    }
    let stub = "DO NOT EDIT THIS FILE\n\nThe file you are looking for has moved to /boot/firmware/cmdline.txt\n"
    let (old, new) = ("/boot/cmdline.txt", "/boot/firmware/cmdline.txt")
    #expect(try file("/dev/mmcblk0p1 /boot vfat rw 0 0", [old: "a"]) == old)
    #expect(try file("/dev/mmcblk0p1 /boot/firmware vfat rw 0 0", [old: stub, new: "a"]) == new)
    #expect(try file("", [old: stub, new: "a"]) == new)
    #expect(try file("", [old: stub]) == nil)
    #expect(try file("", [:]) == nil)
    #expect(throws: HearthError.self) {
      try file("", [old: stub], fstab: "PARTUUID=1-01 /boot/firmware vfat defaults 0 2")
    }
  }
}
