import Diagnostics

/// Takes a command's output as it arrives.
struct CommandOutput {
  private(set) var result = ExecResult(status: -1)
  private let limitBytes: Int
  private let onOutput: (@Sendable ([UInt8]) -> Void)?
  /// Takes standard output in place of ``result``, and may make the host wait.
  private let divert: (@Sendable ([UInt8]) async throws(HearthError) -> Void)?

  init(
    limitBytes: Int, onOutput: (@Sendable ([UInt8]) -> Void)? = nil,
    divert: (@Sendable ([UInt8]) async throws(HearthError) -> Void)? = nil
  ) {
    self.limitBytes = limitBytes
    self.onOutput = onOutput
    self.divert = divert
  }

  mutating func take(standardOutput bytes: [UInt8]) async throws(HearthError) {
    guard !bytes.isEmpty else { return }
    if let divert { return try await divert(bytes) }
    result.standardOutput += bytes
    onOutput?(bytes)
    try checkSize()
  }

  mutating func take(standardError bytes: [UInt8]) throws(HearthError) {
    result.standardError += bytes
    try checkSize()
  }

  mutating func end(status: Int32) { result.status = status }

  private func checkSize() throws(HearthError) {
    guard result.standardOutput.count + result.standardError.count > limitBytes else { return }
    throw HearthError(.remoteCommand, "the command printed more than \(limitBytes) bytes")
  }
}
