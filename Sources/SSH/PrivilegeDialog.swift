import Diagnostics

/// Listens to what comes before a program runs as root: noise of the login shell, sudo's prompt, sudo's complaints.
/// A mark on both outputs says that root's shell is there; what follows belongs to the program.
struct PrivilegeDialog: Sendable {
  enum Reply: Equatable, Sendable {
    case send([UInt8])
    /// End of input: sudo gives up instead of trying the program's lines as passwords.
    case close
  }

  private enum Stage { case waiting, answered, refused, ready }

  private let root: RootCommand
  private var stage = Stage.waiting
  private var outputHasBegun = false
  /// Standard error before the mark.
  private(set) var preamble: [UInt8] = []
  /// Standard output before the mark.
  private(set) var outputPreamble: [UInt8] = []

  init(_ root: RootCommand) { self.root = root }

  /// Root's shell has run.
  var isReady: Bool { stage == .ready }
  /// sudo asked again after it was given the password.
  var isPasswordRefused: Bool { stage == .refused }

  /// Without a password there is nobody but the program to read input, so it need not wait for an answer.
  var letsInputThrough: Bool { stage == .ready || stage == .refused || root.password == nil }

  mutating func hear(standardError bytes: [UInt8]) -> (own: [UInt8], reply: Reply?) {
    if stage == .ready { return (bytes, nil) }
    preamble += bytes
    if let own = Self.split(&preamble, at: root.mark) {
      stage = .ready
      return (own, nil)
    }
    return ([], answerPrompt())
  }

  /// - Returns: what the program itself printed.
  mutating func filter(standardOutput bytes: [UInt8]) -> [UInt8] {
    if outputHasBegun { return bytes }
    outputPreamble += bytes
    guard let own = Self.split(&outputPreamble, at: root.mark) else { return [] }
    outputHasBegun = true
    return own
  }

  private mutating func answerPrompt() -> Reply? {
    guard preamble.suffix(root.prompt.count).elementsEqual(root.prompt) else { return nil }
    // Forget the prompt, so that it is answered once.
    preamble.removeLast(root.prompt.count)
    switch stage {
    case .waiting:
      guard let password = root.password else { return .close }
      stage = .answered
      return .send(Array(password.reveal().utf8) + [UInt8(ascii: "\n")])
    case .answered:
      stage = .refused
      return .close
    case .refused, .ready: return nil
    }
  }

  /// Cuts `bytes` before the line `mark` and returns what follows that line.
  private static func split(_ bytes: inout [UInt8], at mark: [UInt8]) -> [UInt8]? {
    guard let start = bytes.firstRange(of: mark)?.lowerBound else { return nil }
    let rest = Array(bytes[(start + mark.count)...])
    bytes.removeSubrange(start...)
    return rest
  }
}
