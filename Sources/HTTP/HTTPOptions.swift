/// How a client behaves on all its requests.
package struct HTTPOptions: Sendable {
  package var connectTimeout: Duration
  /// A transfer slower than this is given up and tried again.
  package var stall: Stall
  package var retries: RetryPolicy
  package var maximumRedirects: Int
  /// Certificate authorities in PEM, instead of the system's.
  package var caFile: String?
  /// A proxy's URL; nil means `https_proxy`, `http_proxy`, `all_proxy` and `no_proxy`; empty means none.
  package var proxy: String?
  package var userAgent: String

  package struct Stall: Sendable {
    package var bytesPerSecond: Int
    /// Whole seconds, at least one.
    package var duration: Duration
    package init(bytesPerSecond: Int = 1_000, duration: Duration = .seconds(30)) {
      self.bytesPerSecond = bytesPerSecond
      self.duration = duration
    }
  }

  package init(
    connectTimeout: Duration = .seconds(15), stall: Stall = Stall(), retries: RetryPolicy = RetryPolicy(),
    maximumRedirects: Int = 8, caFile: String? = nil, proxy: String? = nil, userAgent: String = "hearth"
  ) {
    self.connectTimeout = connectTimeout
    self.stall = stall
    self.retries = retries
    self.maximumRedirects = maximumRedirects
    self.caFile = caFile
    self.proxy = proxy
    self.userAgent = userAgent
  }
}

/// What is asked: the next step after a failure is another for a mirror than for a plug in the cellar.
package enum HTTPPeer: Sendable {
  /// A server of somebody: has mirrors, is reached through proxies.
  case server
  /// A device of the household, such as a meter: is asked again soon.
  case device
}

/// What one answer may cost.
package struct HTTPLimits: Sendable {
  package var bytes: Int
  /// For each try, from connecting to the last byte.
  package var timeout: Duration
  /// Tries in all; nil means the client's policy. 1 asks once.
  package var attempts: Int?

  package init(bytes: Int = 32 << 20, timeout: Duration = .seconds(60), attempts: Int? = nil) {
    self.bytes = bytes
    self.timeout = timeout
    self.attempts = attempts
  }
}
