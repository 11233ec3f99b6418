import Foundation
import Inventory
import Testing

@testable import Smoke

/// What hosts say of load, heat, disk, pods and events becomes values, or nothing.
struct VitalsTests {
  @Test("a Raspberry Pi under load says all of it")
  func whole() {
    let vitals = Vitals(
      """
      load 1.25
      cpus 4
      MemTotal:        8000000 kB
      MemAvailable:    2000000 kB
      disk 4096 1000000 250000
      heat 47000
      0x02 0x05
      model Raspberry Pi 4 Model B Rev 1.4
      throttled=0x50005
      temp=61.8'C
      holder anna@laptop
      """)
    var expected = Vitals()
    expected.load = 1.25
    expected.cpus = 4
    expected.memoryBytes = 8_192_000_000
    expected.availableMemoryBytes = 2_048_000_000
    expected.diskBytes = 4_096_000_000
    expected.freeDiskBytes = 1_024_000_000
    expected.temperatureMillicelsius = 61_800
    expected.diskWearPercent = 50
    expected.model = "Raspberry Pi 4 Model B Rev 1.4"
    expected.throttling = 0x50005
    expected.holder = "anna@laptop"
    #expect(vitals == expected)
  }

  @Test(
    "what cannot be is not known",
    arguments: [
      "", "load nan", "load -1", "cpus 0", "cpus 99999999", "MemTotal: kB", "MemTotal: -5 kB", "disk 1 2",
      "disk 9999999999999999999 1 1", "disk x y z", "heat 999999999", "throttled=0xZZ", "throttled=0xfffffffff",
      "temp=hot'C", "0x00 0x00", "0x63", "holder", "holder a b",
    ])
  func nonsense(_ text: String) {
    #expect(Vitals(text) == Vitals())
  }

  @Test("a product of sizes that does not fit is not known")
  func overflow() {
    let vitals = Vitals("disk 1152921504606846976 1152921504606846976 1")
    #expect(vitals.diskBytes == nil && vitals.freeDiskBytes == 1 << 60)
  }

  @Test("etcd's metrics tell the size, the leader and the time of a write")
  func store() {
    let store = EtcdStore(
      metrics: """
        etcd_mvcc_db_total_size_in_bytes 2.0480e+07
        etcd_server_quota_backend_bytes 2.147483648e+09
        etcd_server_is_leader 1
        etcd_server_proposals_applied_total 5012
        etcd_disk_wal_fsync_duration_seconds_sum 12.5
        etcd_disk_wal_fsync_duration_seconds_count 5000
        """)
    #expect(
      store
        == EtcdStore(
          bytes: 20_480_000, quotaBytes: 2_147_483_648, isLeader: true, applied: 5012, writeMicroseconds: 2500))
    #expect(EtcdStore(metrics: "etcd_server_is_leader 1\n") == nil)
    #expect(EtcdStore(metrics: "etcd_mvcc_db_total_size_in_bytes nan\n") == nil)
  }

  @Test("pods are counted by node, phase and class")
  func pods() {
    let pods = PodCount.all(
      """
            2 pi1 Running - true,true,
            1 pi2 Running wasmtime true,
            3 pi2 Running - true,false,
            1 - Pending -
            4 pi3 Succeeded - false,
            9 pi3 Dancing - true,
            x pi3 Running - true,
      """)
    #expect(
      pods == [
        PodCount(node: "pi1", phase: "Running", isReady: true, count: 2),
        PodCount(node: "pi2", phase: "Running", runtimeClass: "wasmtime", isReady: true, count: 1),
        PodCount(node: "pi2", phase: "Running", isReady: false, count: 3),
        PodCount(node: nil, phase: "Pending", isReady: false, count: 1),
        PodCount(node: "pi3", phase: "Succeeded", isReady: false, count: 4),
      ])
    #expect(pods.map(\.isMissing) == [false, false, true, true, false])
  }

  @Test("events come newest first, on one line each, whatever they say")
  func events() {
    let events = ClusterEvent.all(
      """
      2026-11-30T11:00:00Z Normal 1 Node default pi1 NodeReady Node+pi1+is+ready
      2026-11-30T12:00:00.123456Z Warning 17 Pod shop web-5d4 BackOff Back-off%0A%1B%5B2J+restarting+%E2%80%A6
      yesterday Normal 1 Node default pi1 NodeReady never
      2026-11-30T12:00:00Z Normal 1 Node default bad;name NodeReady never
      2026-11-30T12:00:00Z Normal 1 Node default
      """)
    #expect(
      events == [
        ClusterEvent(
          time: 1_796_040_000, isWarning: true, reason: "BackOff", object: "Pod shop/web-5d4",
          message: "Back-off\\n\\x1b[2J restarting …", count: 17),
        ClusterEvent(
          time: 1_796_036_400, isWarning: false, reason: "NodeReady", object: "Node pi1", message: "Node pi1 is ready"),
      ])
  }

  @Test(
    "a backup's name tells its time",
    arguments: [
      ("/var/lib/hearth/backups/home-20261130T023107Z.tar", 1_796_005_867),
      ("home-20261130T023107Z.tar.age", 1_796_005_867),
      ("home-20261330T023107Z.tar", nil), ("home.tar", nil), ("", nil),
    ] as [(String, Int?)])
  func backups(_ name: String, time: Int?) {
    #expect(HostState.time(ofBackup: name) == time)
  }

  @Test("only a detailed look asks for vitals, pods, events and metrics; the cluster's only of one host")
  func program() throws {
    let rack = Sample.rack(controlPlanes: 2)
    func text(_ index: Int, cluster: Bool, isDetailed: Bool) throws -> String {
      try Observer(rack: rack, shells: [:], access: .standard)
        .program(for: rack.nodes[index], cluster: cluster, isDetailed: isDetailed)
    }
    #expect(try text(0, cluster: true, isDetailed: true).contains("list events "))
    #expect(try !text(1, cluster: false, isDetailed: true).contains("list events "))
    #expect(try text(1, cluster: false, isDetailed: true).contains("/metrics"))
    #expect(try !text(2, cluster: false, isDetailed: true).contains("/metrics"))
    #expect(try !text(0, cluster: true, isDetailed: false).contains("/metrics"))
    #expect(try text(2, cluster: false, isDetailed: true).contains("/proc/loadavg"))
    #expect(try !text(2, cluster: false, isDetailed: false).contains("/proc/loadavg"))
  }

  @Test("the program says the vitals of this machine")
  func here() throws {
    let rack = Sample.rack()
    let program = try Observer(rack: rack, shells: [:], access: .standard).program(
      for: rack.nodes[2], cluster: false, isDetailed: true)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", program]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
    process.waitUntilExit()
    let vitals = try #require(HostState(Sections(output)).vitals)
    #expect(vitals.load != nil && vitals.cpus == ProcessInfo.processInfo.activeProcessorCount)
    #expect(vitals.memoryBytes ?? 0 > vitals.availableMemoryBytes ?? .max)
    #expect(vitals.diskBytes ?? 0 > vitals.freeDiskBytes ?? .max)
  }
}
