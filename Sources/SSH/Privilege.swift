package import Diagnostics

/// How programs become root on a host.
package enum Privilege: Sendable, Equatable {
  /// The login user is root already.
  case none
  /// `sudo` asks for no password.
  case passwordless
  /// `sudo` may ask for this password. It goes to sudo's prompt only, and only if sudo prompts.
  case password(Secret<String>)
  /// `sudo` may ask for a password, and a person is asked for it then, and only then.
  case askedFor(PasswordPrompt)

  /// Line ends and other control characters that no password typed at a prompt can hold: the rest of such a password
  /// would reach whoever reads after sudo.
  package static func hasControlCharacters(_ secret: Secret<String>) -> Bool {
    secret.reveal().utf8.contains { $0 < 0x20 || $0 == 0x7F }
  }
}

/// Asks a person for a user's sudo password when the first host wants it, and remembers the answer for the others.
package actor PasswordPrompt: Equatable {
  package typealias Question = @Sendable (_ user: String) async -> Secret<String>?

  private let ask: Question
  private var answers: [String: Task<Secret<String>?, Never>] = [:]

  /// - Parameter ask: nil as an answer gives up.
  package init(_ ask: @escaping Question) { self.ask = ask }

  func password(of user: String) async -> Secret<String>? {
    if let known = answers[user] { return await known.value }
    let task = Task { [ask] in await ask(user) }
    answers[user] = task
    return await task.value
  }

  package static func == (left: PasswordPrompt, right: PasswordPrompt) -> Bool { left === right }
}
