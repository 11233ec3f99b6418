import Diagnostics
import Testing

@testable import Provision

/// What starts a machine: judged and edited without one.
@Suite struct BootParametersTests {
  static let started =
    "coherent_pool=1M 8250.nr_uarts=0 snd_bcm2835.enable_headphones=0 cgroup_disable=memory numa_policy=interleave "
    + "smsc95xx.macaddr=DC:A6:32:11:11:11 vc_mem.mem_base=0x3ec00000 vc_mem.mem_size=0x40000000  console=ttyS0,115200 "
    + "console=tty1 root=PARTUUID=4e639091-02 rootfstype=ext4 fsck.repair=yes rootwait resize"
  static let own =
    "console=ttyS0,115200 console=tty1 root=PARTUUID=4e639091-02 rootfstype=ext4 fsck.repair=yes rootwait"

  static func state(
    _ file: [UInt8], inForce: String = started, options: String = "rw", controllers: String = "cpu io pids",
    more: [String: String] = [:]
  ) -> HostState {
    var state = HostState()
    state.contents = more.mapValues { Array($0.utf8) }
    state.contents["/boot/firmware/cmdline.txt"] = file
    state.contents["/proc/cmdline"] = Array((inForce + "\n").utf8)
    state.values["/proc/mounts"] = "/dev/mmcblk0p1 /boot/firmware vfat \(options),relatime 0 0"
    state.values["/sys/fs/cgroup/cgroup.controllers"] = controllers
    return state
  }

  static let wanted = BootParameters(words: ["cgroup_enable=memory"])

  static func difference(_ state: HostState) throws(HearthError) -> [FieldChange] {
    try wanted.difference(ComparisonContext(state: state))?.fields ?? []
  }

  /// The content that the step would write; nil where it leaves the file alone.
  static func written(_ state: HostState) throws -> [UInt8]? {
    let place = try #require(try BootPlace(state))
    let started = CommandLineFile(state.contents["/proc/cmdline"] ?? [])
    let after = try place.file.completed(with: wanted.words, startedWith: started, path: place.path)
    return after == place.file.bytes ? nil : after
  }

  @Test(arguments: ["", "\n", "  \r\n", "\0\0\0\0", "cgroup_enable=memory cgroup_memory=1\n", "console=tty1 root=\n"])
  func restoresALineThatHasLostItsRootWithoutTheFirmwaresOwnWords(text: String) throws {
    let state = Self.state(Array(text.utf8))
    let after = try #require(try Self.written(state))
    let line = String(decoding: after, as: UTF8.self)
    #expect(line.hasPrefix(Self.own) && line.contains("cgroup_enable=memory") && line.hasSuffix("\n"))
    #expect(!line.contains("cgroup_disable") && !line.contains("macaddr") && !line.contains("resize"))
    #expect(try Self.difference(state).contains { $0.to == "root=PARTUUID=4e639091-02, from /proc/cmdline" })
  }

  @Test(arguments: ["", "cgroup_enable=memory\n", "console=tty1 root=\n"])
  func neverTouchesAFileWithoutRootWhereNobodyKnowsOne(text: String) {
    let state = Self.state(Array(text.utf8), inForce: "console=tty1")
    #expect(throws: HearthError.self) { try Self.difference(state) }
    #expect(throws: HearthError.self) {
      try Self.wanted.fragment(ResourceChange(id: "boot parameters", action: .update, fields: []), on: state)
    }
  }

  @Test func keepsBytesThatAreNoText() throws {
    let file = Array("console=tty1 root=/dev/sda2 name=".utf8) + [0xFF, 0xE9] + Array(" rootwait\n".utf8)
    let after = try #require(try Self.written(Self.state(file)))
    #expect(after == Array(file.dropLast()) + Array(" cgroup_enable=memory\n".utf8))
  }

  @Test func addsOneWordOnlyAndTakesNoneAway() throws {
    let text = Self.own + " cgroup_memory=1 resize\n"
    let after = try #require(try Self.written(Self.state(Array(text.utf8))))
    #expect(String(decoding: after, as: UTF8.self) == Self.own + " cgroup_memory=1 resize cgroup_enable=memory\n")
  }

  @Test func refusesADamagedLineWhoseRootIsAnother() {
    let state = Self.state(Array("console=tty1 root=PARTUUID=4e63\0\0\0\0 rootwait".utf8))
    #expect(throws: HearthError.self) { try Self.difference(state) }
  }

  @Test func namesAReadOnlyBootPartitionWithItsRemedy() {
    let error = #expect(throws: HearthError.self) {
      try Self.difference(Self.state(Array((Self.own + "\n").utf8), options: "ro"))
    }
    #expect(error?.message.contains("/boot/firmware is mounted read-only") == true)
    #expect(error?.hint?.contains("mount -o remount,rw /boot/firmware") == true)
  }

  @Test func leavesAReadOnlyPartitionAloneWhereNothingIsToBeWritten() throws {
    let inForce = Self.started + " cgroup_enable=memory"
    let file = Array((Self.own + " cgroup_enable=memory\n").utf8)
    #expect(try Self.difference(Self.state(file, inForce: inForce, options: "ro", controllers: "cpu memory")).isEmpty)
  }

  @Test func aKernelThatIgnoresTheWordIsNoReasonToRestart() {
    let state = Self.state(
      Array((Self.own + " cgroup_enable=memory\n").utf8), inForce: Self.started + " cgroup_enable=memory")
    let error = #expect(throws: HearthError.self) { try Self.difference(state) }
    #expect(error?.message.contains("ignores cgroup_enable=memory") == true)
  }

  @Test(arguments: [
    ("cgroup rw,memory", true), ("cgroup rw,cpu,cpuacct", false),
  ])
  func readsVersionOneFromItsMounts(mount: String, works: Bool) throws {
    var state = Self.state(
      Array((Self.own + " cgroup_enable=memory\n").utf8), inForce: Self.started + " cgroup_enable=memory")
    state.values["/sys/fs/cgroup/cgroup.controllers"] = nil
    state.values["/proc/mounts"]? += "\ncgroup /sys/fs/cgroup/x \(mount) 0 0"
    if works {
      #expect(try Self.difference(state).isEmpty)
    } else {
      #expect(throws: HearthError.self) { try Self.difference(state) }
    }
  }

  @Test(arguments: ["cmdline=other.txt", "os_prefix=b/", "  cmdline = other.txt "])
  func refusesToEditAFileThatTheFirmwareDoesNotRead(setting: String) {
    let more = ["/boot/firmware/config.txt": "# cmdline=none.txt\r\n[all]\r\n\(setting)\r\n"]
    #expect(throws: HearthError.self) { try Self.difference(Self.state(Array((Self.own + "\n").utf8), more: more)) }
  }

  @Test func addsTheWordToWhatDebiansPackageWritesTheFileFrom() throws {
    let more = [
      "/etc/kernel/postinst.d/z50-raspi-firmware": "if [ -r /etc/default/raspi-extra-cmdline ]; then",
      "/etc/default/raspi-extra-cmdline": "elevator=deadline\n",
    ]
    let state = Self.state(Array((Self.own + "\n").utf8), more: more)
    let fields = try Self.difference(state)
    #expect(fields.contains(FieldChange("/etc/default/raspi-extra-cmdline", from: nil, to: "cgroup_enable=memory")))
    let step = try Self.wanted.fragment(ResourceChange(id: "b", action: .update, fields: fields), on: state)
    #expect(step.script.contains("put_file /etc/default/raspi-extra-cmdline"))
    // Raspberry Pi OS's package of the same name leaves cmdline.txt alone.
    let other = ["/etc/kernel/postinst.d/z50-raspi-firmware": "cp /usr/lib/raspi-firmware/* /boot/firmware"]
    #expect(try Self.difference(Self.state(Array((Self.own + "\n").utf8), more: other)).count == 2)
  }
}
