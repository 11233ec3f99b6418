import Foundation
import Untrusted

/// What the pods of a cluster asked for and used at one moment.
package struct UsageSample: Sendable, Equatable {
  /// One container of one pod.
  package struct Container: Sendable, Hashable {
    package var namespace: String
    package var pod: String
    package var name: String

    package init(namespace: String, pod: String, name: String) {
      self.namespace = namespace
      self.pod = pod
      self.name = name
    }

    /// Names as Kubernetes allows them; nil for anything else, such as what a host makes up.
    init?(outside namespace: String, _ pod: String, _ name: String) {
      guard NamePattern.dnsLabel.accepts(namespace), NamePattern.dnsSubdomain.accepts(pod),
        NamePattern.dnsSubdomain.accepts(name)
      else { return nil }
      self.init(namespace: namespace, pod: pod, name: name)
    }
  }

  package struct Request: Sendable, Equatable {
    /// Thousandths of a core.
    package var milliCPU: Int
    package var memoryBytes: Int

    package init(milliCPU: Int, memoryBytes: Int) {
      self.milliCPU = milliCPU
      self.memoryBytes = memoryBytes
    }
  }

  package struct Use: Sendable, Equatable {
    /// Since the container started; nil if unknown.
    package var cpuMilliseconds: Int?
    package var memoryBytes: Int?

    package init(cpuMilliseconds: Int? = nil, memoryBytes: Int? = nil) {
      self.cpuMilliseconds = cpuMilliseconds
      self.memoryBytes = memoryBytes
    }
  }

  package var requests: [Container: Request] = [:]
  package var uses: [Container: Use] = [:]

  package init() {}
}

/// When a sample was taken, by a clock that people read and by one that does not jump.
package struct SampleTime: Sendable, Equatable {
  /// Seconds since 1970; may jump.
  package var unix: Int
  /// Seconds since the machine that took it booted.
  package var uptime: Int?
  /// Changes with every boot of that machine.
  package var boot: String?

  /// Until the year 9999.
  static let range = 0...253_402_300_799

  package init(unix: Int, uptime: Int? = nil, boot: String? = nil) {
    self.unix = unix
    self.uptime = uptime
    self.boot = boot
  }

  /// 1 January 2020: boards without a clock begin in 1970 until they have found a time server.
  static let earliest = 1_577_836_800

  /// This machine's, now.
  package static func now() -> SampleTime {
    let uptime = (try? String(contentsOfFile: "/proc/uptime", encoding: .utf8)).flatMap {
      Double($0.prefix { $0 != " " })
    }
    let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    return SampleTime(
      unix: Int(Date().timeIntervalSince1970), uptime: uptime.flatMap { Int(checked: $0) },
      boot: boot?.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// Nil when nothing can be said: another boot with a clock that went back.
  func seconds(since earlier: SampleTime) -> Int? {
    if let boot, boot == earlier.boot, let uptime, let before = earlier.uptime {
      return uptime.minus(before)
    }
    return unix.minus(earlier.unix).flatMap { $0 > 0 ? $0 : nil }
  }
}

/// All that one look at the rack found.
package struct Sample: Sendable {
  package var time: SampleTime
  package var meters: [String: MeterReading]
  /// Meters whose answer was refused, and why.
  package var refused: [String: String] = [:]
  /// Nil when the cluster was not asked or did not answer.
  package var usage: UsageSample?

  package init(time: SampleTime, meters: [String: MeterReading] = [:], usage: UsageSample? = nil) {
    self.time = time
    self.meters = meters
    self.usage = usage
  }
}
