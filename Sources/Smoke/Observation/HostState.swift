package import Diagnostics

/// What one host says of itself.
package struct HostState: Sendable, Equatable, Codable {
  /// The state of one of the cluster's systemd units.
  package struct Unit: Sendable, Equatable, Codable {
    package var name: String
    /// `not-found` when the host has no such unit.
    package var load: String
    /// `active`, `failed`, `activating` and so on, in systemd's words.
    package var active: String
    package var sub: String
    /// Restarts by systemd since the unit was last started by hand.
    package var restarts: Int
    /// Seconds since it became active; nil where that is not known.
    package var activeSeconds: Int?

    /// Up for so long that what ended it before is over.
    package var isSteady: Bool { isUp && activeSeconds.map { $0 >= 3600 } == true }
    /// Running or, for one that only sets something up, done.
    package var isUp: Bool { active == "active" && (sub == "running" || sub == "exited") }
  }

  /// One certificate file, or one certificate inside a kubeconfig.
  package struct Certificate: Sendable, Equatable, Codable {
    package var path: String
    /// Seconds since 1970.
    @Timestamp package var notAfter: Int
    /// Whole days that are left, by the host's own clock; negative when it has expired.
    package var daysLeft: Int
    /// Whole days from its beginning to its end.
    package var days = 365

    /// Fewer days left than this are worth a warning: hosts renew when a third is left. 90 of a year's.
    package var warningDays: Int { min(90, days / 4) }
    /// Fewer days left than this are a failure: 7 of a year's, of a week's only what has ended.
    package var failureDays: Int { min(7, days / 50) }
  }

  /// A health endpoint's answer.
  package struct Health: Sendable, Equatable, Codable {
    package var healthy: Bool
    /// The failed parts, or why there was no answer.
    package var detail: String
  }

  package var units: [Unit]
  /// By the host's own clock, in seconds since 1970.
  @OptionalTimestamp package var booted: Int? = nil
  package var certificates: [Certificate]
  /// Only on control-plane hosts.
  package var api: Health?
  /// Only on control-plane hosts.
  package var etcd: Health?
  /// How often etcd waited longer than a second for its disk within the last ten minutes.
  package var slowWrites: Int
  /// The rack's virtual address is on this host.
  package var hasEndpoint: Bool

  /// The reference of the test image that was brought to the host.
  package var testImage: String?
  /// What the host's own check of WebAssembly found; nil where there is no such check.
  package var webAssembly: WebAssemblyState?
  package var vitals: Vitals?
  /// Of its own member; only on control-plane hosts, and only where details were asked for.
  package var store: EtcdStore?
  /// When the newest backup of the nights was made that lies on the host, in seconds since 1970.
  @OptionalTimestamp package var newestBackup: Int? = nil

  package init(
    units: [Unit] = [], booted: Int? = nil, certificates: [Certificate] = [], api: Health? = nil,
    etcd: Health? = nil,
    slowWrites: Int = 0, hasEndpoint: Bool = false, testImage: String? = nil, webAssembly: WebAssemblyState? = nil
  ) {
    self.units = units
    self.booted = booted
    self.testImage = testImage
    self.webAssembly = webAssembly
    self.certificates = certificates
    self.api = api
    self.etcd = etcd
    self.slowWrites = slowWrites
    self.hasEndpoint = hasEndpoint
  }
}
