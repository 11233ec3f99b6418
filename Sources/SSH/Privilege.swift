package import Diagnostics

/// How programs become root on a host.
package enum Privilege: Sendable, Equatable {
  /// The login user is root already.
  case none
  /// `sudo` asks for no password.
  case passwordless
  /// `sudo` may ask for this password. It goes to sudo's prompt only, and only if sudo prompts.
  case password(Secret<String>)
}
