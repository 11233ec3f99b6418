import Diagnostics

/// Listens to what comes before a program runs as root: noise of the login shell, sudo's prompt, sudo's complaints.
/// A mark on both outputs says that root's shell is there; what follows belongs to the program. Nothing but the answer
/// to sudo's own prompt is sent before that.
struct PrivilegeDialog: Sendable {
  enum Reply: Equatable, Sendable {
    case send([UInt8])
    /// A person has to be asked for the password.
    case ask(PasswordPrompt)
    /// End of input: sudo gives up instead of trying the program's lines as passwords.
    case close
  }

  private enum Stage { case waiting, answered, refused, declined, gaveUp, ready }

  /// Most that a login may print before root's shell.
  static let limitBytes = 64 * 1024

  private let root: RootCommand
  private var stage = Stage.waiting
  private var errors: Preamble
  private var output: Preamble
  /// Root's shell came after all, but only once its input was ended.
  private(set) var wasLate = false

  init(_ root: RootCommand) {
    self.root = root
    (errors, output) = (Preamble(root.mark), Preamble(root.mark))
  }

  /// Standard error before the mark.
  var preamble: [UInt8] { errors.bytes }
  /// Standard output before the mark.
  var outputPreamble: [UInt8] { output.bytes }

  /// Root's shell has run.
  var isReady: Bool { stage == .ready }
  /// sudo asked again after it was given the password.
  var isPasswordRefused: Bool { stage == .refused }
  /// Nothing came for so long that the input was ended.
  var hasGivenUp: Bool { stage == .gaveUp }
  /// Neither root's shell nor a refusal has come yet.
  var isWaiting: Bool { stage == .waiting || stage == .answered }
  /// More was printed than any login has to say.
  var isFlooded: Bool {
    stage != .ready && (errors.bytes.count > Self.limitBytes || output.bytes.count > Self.limitBytes)
  }

  /// Whether the program (or, when there will be none, the end of input) may be sent.
  var letsInputThrough: Bool { !isWaiting }

  /// What was printed, as lines, the last ones.
  var lastWords: [String] {
    String(decoding: errors.bytes + output.bytes, as: UTF8.self).split(whereSeparator: \.isNewline).suffix(5)
      .map(String.init)
  }

  /// Ends the wait for root's shell; what comes now only explains.
  mutating func giveUp() { if isWaiting { stage = .gaveUp } }

  /// The person who was asked for the password gave none.
  mutating func decline() { if isWaiting { stage = .declined } }

  mutating func hear(standardError bytes: [UInt8]) -> (own: [UInt8], reply: Reply?) {
    if stage == .ready { return (bytes, nil) }
    guard let own = errors.take(bytes) else { return ([], answerPrompt()) }
    guard isWaiting else {
      wasLate = true
      return ([], nil)
    }
    stage = .ready
    return (own, nil)
  }

  /// - Returns: what the program itself printed.
  mutating func filter(standardOutput bytes: [UInt8]) -> [UInt8] { output.take(bytes) ?? [] }

  private mutating func answerPrompt() -> Reply? {
    guard isWaiting, root.prompts.contains(where: { errors.forget($0) }) else { return nil }
    guard stage == .waiting else {
      stage = .refused
      return .close
    }
    stage = .answered
    switch root.privilege {
    case .password(let password): return .send(Array(password.reveal().utf8) + [UInt8(ascii: "\n")])
    case .askedFor(let person): return .ask(person)
    case .none, .passwordless: return .close
    }
  }
}

/// Bytes before a mark. Each byte is looked at once, however many packets it all comes in.
private struct Preamble: Sendable {
  private let mark: [UInt8]
  private(set) var bytes: [UInt8] = []
  private var hasEnded = false
  private var searched = 0
  /// Where the newest bytes begin.
  private var fresh = 0

  init(_ mark: [UInt8]) { self.mark = mark }

  /// - Returns: what stands behind the mark, once it has come.
  mutating func take(_ more: [UInt8]) -> [UInt8]? {
    if hasEnded { return more }
    fresh = bytes.count
    bytes += more
    guard let start = bytes[searched...].firstRange(of: mark)?.lowerBound else {
      searched = max(0, bytes.count - mark.count + 1)
      return nil
    }
    hasEnded = true
    let rest = Array(bytes[(start + mark.count)...])
    bytes.removeSubrange(start...)
    return rest
  }

  /// Takes a prompt out if it is there, so that it is answered once.
  mutating func forget(_ prompt: [UInt8]) -> Bool {
    let start = max(0, fresh - prompt.count + 1)
    guard let range = bytes[start...].firstRange(of: prompt) else { return false }
    bytes.removeSubrange(range)
    searched = max(0, bytes.count - mark.count + 1)
    return true
  }
}
