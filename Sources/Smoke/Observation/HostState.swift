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

    /// Running or, for one that only sets something up, done.
    package var isUp: Bool { active == "active" && (sub == "running" || sub == "exited") }
  }

  /// One certificate file, or one certificate inside a kubeconfig.
  package struct Certificate: Sendable, Equatable, Codable {
    package var path: String
    /// Seconds since 1970.
    package var notAfter: Int
    /// Whole days that are left, by the host's own clock; negative when it has expired.
    package var daysLeft: Int
  }

  /// A health endpoint's answer.
  package struct Health: Sendable, Equatable, Codable {
    package var healthy: Bool
    /// The failed parts, or why there was no answer.
    package var detail: String
  }

  package var units: [Unit]
  /// By the host's own clock, in seconds since 1970.
  package var booted: Int?
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
