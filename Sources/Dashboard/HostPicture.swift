/// One host at one moment. What is not known is nil.
package struct HostPicture: Sendable, Equatable, Codable {
  /// How it stands, the worst first.
  package enum Standing: String, Sendable, Codable, CaseIterable, Comparable {
    /// It does not answer, is not Ready, or a condition fails.
    case failed
    /// Something is being done to it: a command holds it, it is cordoned, or its units start.
    case working
    /// It serves, and somebody should look at it.
    case warned
    case good

    package static func < (left: Standing, right: Standing) -> Bool {
      allCases.firstIndex(of: left) ?? 0 < allCases.firstIndex(of: right) ?? 0
    }
  }

  package struct Etcd: Sendable, Equatable, Codable {
    package var isHealthy: Bool
    package var isLeader: Bool
    package var bytes: Int?
    package var quotaBytes: Int?
    /// Entries of the log that it is behind the member that has most.
    package var lag: Int?
    /// What its disk takes for a write, on average.
    package var writeMicroseconds: Int?

    package init(
      isHealthy: Bool, isLeader: Bool = false, bytes: Int? = nil, quotaBytes: Int? = nil, lag: Int? = nil,
      writeMicroseconds: Int? = nil
    ) {
      self.isHealthy = isHealthy
      self.isLeader = isLeader
      self.bytes = bytes
      self.quotaBytes = quotaBytes
      self.lag = lag
      self.writeMicroseconds = writeMicroseconds
    }
  }

  package struct Unit: Sendable, Equatable, Codable {
    package var name: String
    /// In systemd's words, such as `running` or `failed`.
    package var state: String
    package var isUp: Bool
    package var restarts: Int
  }

  package struct WebAssembly: Sendable, Equatable, Codable {
    /// `wrapper` or `shim`.
    package var backend: String
    /// Such as `wasmtime 49.0.3`.
    package var version: String
    /// Its own check has passed.
    package var works: Bool
  }

  package struct Certificate: Sendable, Equatable, Codable {
    package var path: String
    package var daysLeft: Int
  }

  package var name: String
  package var slot: String?
  package var address: String
  package var roles: [String]
  package var standing: Standing
  /// In one or two words, such as `Ready` or `unreachable`.
  package var state: String
  /// What is done to it, or what somebody should look at; each a few words.
  package var notes: [String] = []
  package var problems: [RackPicture.Problem] = []

  /// Processes that run or wait, for each processor.
  package var load: Double?
  package var cpus: Int?
  package var memoryPercent: Int?
  package var memoryBytes: Int?
  package var temperature: Double?
  /// What the firmware holds back, in words.
  package var throttling: [String] = []
  package var diskPercent: Int?
  package var diskBytes: Int?
  package var diskWearPercent: Int?
  /// Of the certificate that ends first.
  package var certificateDays: Int?
  package var certificates: [Certificate] = []
  /// One of them should have been renewed by now.
  package var hasEndingCertificate = false
  package var etcd: Etcd?
  package var pods: RackPicture.Pods?
  package var webAssembly: WebAssembly?
  package var units: [Unit] = []
  /// Of the meter that measures this host alone.
  package var watts: Double?
  /// The newest backup that lies on it, in seconds since 1970.
  package var backup: Int?
  /// When it booted, in seconds since 1970.
  package var booted: Int?
  /// The rack's virtual address is on it.
  package var hasEndpoint = false
  package var model: String?
  package var kubelet: String?
  package var runtime: String?
  package var kernel: String?
  package var system: String?
  package var podCIDR: String?

  package init(name: String, slot: String? = nil, address: String, roles: [String], standing: Standing, state: String) {
    self.name = name
    self.slot = slot
    self.address = address
    self.roles = roles
    self.standing = standing
    self.state = state
  }
}
