import Foundation
import Untrusted

/// How a host is at one moment: load, memory, heat, supply, disk. What it does not tell is nil.
package struct Vitals: Sendable, Equatable, Codable {
  /// Processes that run or wait, the average of the last minute.
  package var load: Double?
  package var cpus: Int?
  package var memoryBytes: Int?
  package var availableMemoryBytes: Int?
  package var temperatureMillicelsius: Int?
  /// The bits of a Pi's firmware, as `vcgencmd get_throttled` says them.
  package var throttling: UInt32?
  /// Of the file system that holds `/var/lib`; free to root's services.
  package var diskBytes: Int?
  package var freeDiskBytes: Int?
  /// Of an eMMC's planned life, in tens of percent; SD cards do not say.
  package var diskWearPercent: Int?
  /// Such as `Raspberry Pi 4 Model B Rev 1.4`.
  package var model: String?
  /// Who is changing the host now, such as `anna@laptop`.
  package var holder: String?

  package init() {}

  /// - Parameter text: the section `vitals` of `templates/smoke/host-state.sh`.
  init(_ text: String) {
    for line in text.byteLines {
      let words = line.split(separator: " ").map(String.init)
      switch words.first {
      case "load": load = Double(checked: words.last ?? "", in: 0...1e6)
      case "cpus": cpus = Int(checked: words.last ?? "", in: 1...4096)
      case "MemTotal:": memoryBytes = Self.kibibytes(words)
      case "MemAvailable:": availableMemoryBytes = Self.kibibytes(words)
      case "heat": temperatureMillicelsius = Int(checked: words.last ?? "", in: -100_000...200_000)
      case "disk" where words.count == 4:
        let numbers = words.dropFirst().compactMap { Int(checked: $0, in: 0...1 << 60) }
        guard numbers.count == 3 else { continue }
        diskBytes = numbers[0].times(numbers[1])
        freeDiskBytes = numbers[0].times(numbers[2])
      case "model": model = line.dropFirst(6).bounded(80).visibleLine
      case "holder" where words.count == 2: holder = words[1].bounded(80).visibleLine
      case .some(let word) where word.hasPrefix("throttled=0x"):
        throttling = UInt32(checked: word.dropFirst(12), radix: 16)
      case .some(let word) where word.hasPrefix("temp="):
        let degrees = Double(checked: word.dropFirst(5).prefix { $0 != "'" }, in: -100...200)
        temperatureMillicelsius = degrees.flatMap { Int(checked: $0 * 1000) } ?? temperatureMillicelsius
      case .some(let word) where word.hasPrefix("0x"):
        // Two estimates in steps of ten percent; 0 says nothing, 11 is past its end.
        let steps = words.compactMap { Int(checked: $0.dropFirst(2), in: 1...11, radix: 16) }
        diskWearPercent = steps.max().map { $0 * 10 } ?? diskWearPercent
      default: continue
      }
    }
  }

  private static func kibibytes(_ words: [String]) -> Int? {
    words.count == 3 ? Int(checked: words[1], in: 0...1 << 40).flatMap { $0.times(1024) } : nil
  }
}

/// What a member of etcd says of its data.
package struct EtcdStore: Sendable, Equatable, Codable {
  package var bytes: Int
  package var quotaBytes: Int?
  package var isLeader: Bool
  /// Entries of the log that it has applied.
  package var applied: Int?
  /// How long its disk takes for a write, the mean since it started.
  package var writeMicroseconds: Int?

  package init(
    bytes: Int, quotaBytes: Int? = nil, isLeader: Bool = false, applied: Int? = nil, writeMicroseconds: Int? = nil
  ) {
    self.bytes = bytes
    self.quotaBytes = quotaBytes
    self.isLeader = isLeader
    self.applied = applied
    self.writeMicroseconds = writeMicroseconds
  }

  /// - Parameter metrics: lines of Prometheus' text format.
  init?(metrics: String) {
    var values: [Substring: Double] = [:]
    for line in metrics.byteLines {
      let words = line.split(separator: " ")
      if words.count == 2 { values[words[0]] = Double(checked: words[1], in: 0...1e18) }
    }
    func whole(_ name: Substring) -> Int? { values[name].flatMap { Int(checked: $0) } }
    guard let bytes = whole("etcd_mvcc_db_total_size_in_bytes") else { return nil }
    let (sum, count) = (
      values["etcd_disk_wal_fsync_duration_seconds_sum"], values["etcd_disk_wal_fsync_duration_seconds_count"]
    )
    self.init(
      bytes: bytes, quotaBytes: whole("etcd_server_quota_backend_bytes"),
      isLeader: whole("etcd_server_is_leader") == 1, applied: whole("etcd_server_proposals_applied_total"),
      writeMicroseconds: sum.flatMap { sum in
        count.flatMap { $0 > 0 ? Int(checked: sum / $0 * 1_000_000) : nil }
      })
  }
}
