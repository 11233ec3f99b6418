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

/// What a command reads from its standard input: bytes in memory, then chunks that are fetched as they are sent.
struct CommandInput: Sendable {
  private var chunk: ArraySlice<UInt8>
  private var source: FileChunks?

  init(_ head: [UInt8], then source: FileChunks? = nil) {
    chunk = head[...]
    self.source = source
  }

  /// Nothing is left.
  var isFinished: Bool { chunk.isEmpty && source == nil }
  var needsMore: Bool { chunk.isEmpty && source != nil }

  mutating func fetch() async throws(HearthError) {
    guard let source else { return }
    if let next = try await source.next() { chunk = next[...] } else { self.source = nil }
  }

  /// Drops everything, for a command that does not read on.
  mutating func abandon() {
    chunk = []
    source = nil
  }

  mutating func sent(_ count: Int) { chunk = chunk.dropFirst(count) }

  func withBytes<Answer>(_ body: (UnsafeRawBufferPointer) -> Answer) -> Answer { chunk.withUnsafeBytes(body) }
}

/// How long a command may take.
struct TimeLimit: Sendable {
  private let allowed: Duration
  private let isRenewed: Bool
  private(set) var deadline: ContinuousClock.Instant

  /// From now to its end.
  static func total(_ allowed: Duration) -> TimeLimit { TimeLimit(allowed, isRenewed: false) }
  /// Between two bytes that move, for transfers whose size says nothing about their time.
  static func stall(_ allowed: Duration) -> TimeLimit { TimeLimit(allowed, isRenewed: true) }

  private init(_ allowed: Duration, isRenewed: Bool) {
    (self.allowed, self.isRenewed) = (allowed, isRenewed)
    deadline = .now + allowed
  }

  mutating func moved() {
    if isRenewed { deadline = .now + allowed }
  }

  /// For time that was spent on something else.
  mutating func extend(by duration: Duration) { deadline += duration }

  var description: String {
    let seconds = allowed / .seconds(1)
    let text = seconds == seconds.rounded() ? String(Int(seconds)) : String(seconds)
    return isRenewed ? "\(text) s without a byte moving" : "\(text) s"
  }
}
