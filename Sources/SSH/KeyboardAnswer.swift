import CLibSSH2
import Diagnostics
import Glibc

/// Answers every hidden prompt of keyboard-interactive authentication with the password; that is how PAM asks for it.
/// Prompts whose answer would be visible get an empty answer.
struct KeyboardAnswer {
  private let password: Secret<String>

  init(_ password: Secret<String>) { self.password = password }

  /// One step of the login; repeat it while it says "try again".
  func attempt(_ session: Session, user: String) -> Int {
    var answer = self
    return withUnsafeMutablePointer(to: &answer) { pointer in
      session.context = UnsafeMutableRawPointer(pointer)
      defer { session.context = nil }
      return Int(
        libssh2_userauth_keyboard_interactive_ex(
          session.pointer, user, UInt32(user.utf8.count), answerPrompts))
    }
  }

  fileprivate func fill(
    _ prompts: UnsafeBufferPointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>,
    _ responses: UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>
  ) {
    for (index, prompt) in prompts.enumerated() {
      // libssh2 frees the text with free().
      let text = prompt.echo == 0 ? password.reveal() : ""
      responses[index].text = strdup(text)
      responses[index].length = UInt32(text.utf8.count)
    }
  }
}

private func answerPrompts(
  _: UnsafePointer<CChar>?, _: Int32, _: UnsafePointer<CChar>?, _: Int32, count: Int32,
  prompts: UnsafePointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>?,
  responses: UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>?,
  abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) {
  guard let raw = abstract?.pointee, let responses else { return }
  let traffic = raw.assumingMemoryBound(to: hearth_traffic.self)
  guard let context = traffic.pointee.context else { return }
  context.assumingMemoryBound(to: KeyboardAnswer.self).pointee
    .fill(UnsafeBufferPointer(start: prompts, count: Int(count)), responses)
}
