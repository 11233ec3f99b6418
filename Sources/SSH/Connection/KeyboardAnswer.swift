import CLibSSH2
import Diagnostics
import Glibc

/// Answers the first hidden prompt of keyboard-interactive authentication with the password; that is how PAM asks for it.
/// Whatever a host asks besides, such as for a code or a new password, gets an empty answer.
final class KeyboardAnswer {
  private let password: Secret<String>
  private var isGiven = false

  init(_ password: Secret<String>) { self.password = password }

  /// One step of the login; repeat it while it says "try again".
  func attempt(_ session: Session, user: String) -> Int {
    withExtendedLifetime(self) {
      session.context = Unmanaged.passUnretained(self).toOpaque()
      defer { session.context = nil }
      return Int(
        libssh2_userauth_keyboard_interactive_ex(
          session.pointer, user, UInt32(user.utf8.count), answerPrompts))
    }
  }

  /// What goes to each of some prompts.
  ///
  /// - Parameter isHidden: whether what is typed must not be seen.
  func answers(to isHidden: [Bool]) -> [String] {
    isHidden.map { isHidden in
      guard isHidden, !isGiven else { return "" }
      isGiven = true
      return password.reveal()
    }
  }

  fileprivate func fill(
    _ prompts: UnsafeBufferPointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>,
    _ responses: UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>,
    _ abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  ) {
    for (index, answer) in answers(to: prompts.map { $0.echo == 0 }).enumerated() {
      let text = Array(answer.utf8)
      // libssh2 frees it, with the allocator that the session was made with.
      guard let copy = hearth_ssh2_allocate(text.count + 1, abstract) else { continue }
      copy.initializeMemory(as: UInt8.self, from: text + [0], count: text.count + 1)
      responses[index].text = copy.assumingMemoryBound(to: CChar.self)
      responses[index].length = UInt32(text.count)
    }
  }
}

private func answerPrompts(
  _: UnsafePointer<CChar>?, _: Int32, _: UnsafePointer<CChar>?, _: Int32, count: Int32,
  prompts: UnsafePointer<LIBSSH2_USERAUTH_KBDINT_PROMPT>?,
  responses: UnsafeMutablePointer<LIBSSH2_USERAUTH_KBDINT_RESPONSE>?,
  abstract: UnsafeMutablePointer<UnsafeMutableRawPointer?>?
) {
  guard let abstract, let raw = abstract.pointee, let responses else { return }
  let traffic = raw.assumingMemoryBound(to: hearth_traffic.self)
  guard let context = traffic.pointee.context else { return }
  Unmanaged<KeyboardAnswer>.fromOpaque(context).takeUnretainedValue()
    .fill(UnsafeBufferPointer(start: prompts, count: Int(count)), responses, abstract)
}
