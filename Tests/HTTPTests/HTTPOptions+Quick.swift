import HTTP

extension HTTPOptions {
  /// Impatient, for servers that misbehave on purpose.
  static func quick(attempts: Int = 4) -> HTTPOptions {
    HTTPOptions(
      stall: Stall(bytesPerSecond: 1_000, duration: .seconds(1)),
      retries: RetryPolicy(attempts: attempts, base: .milliseconds(5), ceiling: .milliseconds(50)), proxy: "")
  }
}
