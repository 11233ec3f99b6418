import Diagnostics

/// A command that runs: what it still gets, what it has said, and the talk with sudo before it.
struct ChannelExchange {
  var output: CommandOutput
  var dialog: PrivilegeDialog?
  var inputIsClosed = false
  private var input: CommandInput
  /// Answers to sudo, which go before any input.
  private var replies = CommandInput([])

  /// When to stop waiting for root's shell.
  private let patience: ContinuousClock.Instant

  /// - Parameter patience: how long root's shell may take to come.
  init(input: CommandInput, output: CommandOutput, dialog: PrivilegeDialog?, patience: Duration = .seconds(25)) {
    self.patience = .now + patience
    (self.input, self.output, self.dialog) = (input, output, dialog)
  }

  /// Input that is not meant for sudo waits until sudo is through.
  private var isGateOpen: Bool { dialog?.letsInputThrough ?? true }

  /// There is something to send: bytes, or the end of input.
  var maySend: Bool { !inputIsClosed && (!replies.isFinished || isGateOpen) }
  var needsMore: Bool { replies.isFinished && input.needsMore }
  var isFinished: Bool { replies.isFinished && input.isFinished }

  /// The moment after which nobody waits for root's shell any more; nil when it is there or there is to be none.
  var patienceEnds: ContinuousClock.Instant? { dialog?.isWaiting == true ? patience : nil }

  /// Ends the input without having sent any of it. A start file that reads it goes on then, and shows itself by that.
  mutating func giveUp() {
    dialog?.giveUp()
    abandonInput()
  }

  mutating func fetch() async throws(HearthError) { try await input.fetch() }

  mutating func reply(_ bytes: [UInt8]) { replies = CommandInput(bytes) }

  mutating func abandonInput() {
    replies.abandon()
    input.abandon()
  }

  func withBytes<Answer>(_ body: (UnsafeRawBufferPointer) -> Answer) -> Answer {
    replies.isFinished ? input.withBytes(body) : replies.withBytes(body)
  }

  mutating func sent(_ count: Int) {
    if replies.isFinished { input.sent(count) } else { replies.sent(count) }
  }
}
