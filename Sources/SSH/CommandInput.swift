import Diagnostics

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
