package import Diagnostics

/// Explains why root's shell did not come up, from what sudo and the login said instead.
struct PrivilegeFailure {
  var target: SSHTarget
  var privilege: Privilege
  /// Standard error and output before root's shell.
  var complaint: String
  var status: Int32
  var passwordRefused: Bool
  var notRoot: Bool
  /// The input was ended because nothing came.
  var gaveUp: Bool

  var error: HearthError {
    let (message, hint) = explanation
    let isTried = [.none, .passwordless].contains(privilege)
    return HearthError(
      .privilege, message, subject: Subject(host: target.name), hint: hint,
      output: complaint.split(whereSeparator: \.isNewline).suffix(5).map(String.init),
      command: target.command(
        tty: !isTried, running: privilege == .none ? "id" : isTried ? "sudo -n id" : "sudo -k true")
    )
  }

  private func said(_ words: String...) -> Bool { words.contains { complaint.contains($0) } }

  private var explanation: (String, String) {
    if notRoot {
      return (
        "\(target.user) is not root, and the inventory says that no sudo is needed",
        "Set `sudo: passwordless` or `sudo: ask` in the inventory, or log in as root"
      )
    }
    return ofLogin ?? ofSudo
      ?? (
        "no root shell came up for \(target.user) (exit status \(status))",
        complaint.isEmpty
          ? "The host said nothing: look at the login shell of \(target.user) (getent passwd \(target.user)) and at its start "
            + "files" : "Look at what the login prints: a login shell or forced command may stand in the way"
      )
  }

  /// What stands in the way before sudo is run.
  private var ofLogin: (String, String)? {
    let user = target.user
    if said("Please login as the user") {
      // The host's own word: named only where it can be a login.
      let word = complaint.split(separator: "\"").dropFirst().first.map(String.init) ?? ""
      let other = word.wholeMatch(of: /[a-z_][a-z0-9_-]{0,31}/).map { String($0.output) }
      return (
        "this host wants another login user than \(user)",
        other.map { "Set `ssh: {user: \($0)}` in the inventory" } ?? "Set `ssh: {user: …}` in the inventory"
      )
    }
    if said("This account is currently not available") {
      return (
        "\(user) has no login shell on this host (nologin)",
        "As root on the host: usermod -s /bin/bash \(user); or set another `ssh: {user: …}` in the inventory"
      )
    }
    if said("This service allows sftp connections only") {
      return (
        "\(user) may only transfer files on this host (ForceCommand internal-sftp)",
        "Take \(user) out of that rule in /etc/ssh/sshd_config on the host, or set another `ssh: {user: …}` in the inventory"
      )
    }
    if said("password has expired", "required to change your password", "Password change required") {
      return (
        "the password of \(user) has expired",
        "Log in once by hand and set a new one, or as root on the host: passwd \(user)"
      )
    }
    if gaveUp {
      return (
        "something on this host reads standard input before root's shell does",
        "Look into the start files of \(user)'s login shell (~/.bashrc, ~/.profile, /etc/bash.bashrc) for `read`, `cat` or "
          + "`exec`; they should end at once in a shell that is not interactive: case $- in *i*) ;; *) return ;; esac"
      )
    }
    return nil
  }

  private var ofSudo: (String, String)? {
    let user = target.user
    let rule = "echo \("\(user) ALL=(ALL) NOPASSWD: ALL".shellQuoted) | sudo tee /etc/sudoers.d/hearth   # on the host"
    if said(
      "not in the sudoers file", "may not run sudo", "is not allowed to execute", "not allowed to run sudo",
      "I'm afraid I can't do that")
    {
      return ("\(user) may not use sudo", "As root on the host: adduser \(user) sudo")
    }
    if passwordRefused || said("incorrect password attempt", "incorrect authentication attempt") {
      return (
        "sudo refused the password of \(user)",
        "Correct the password: the inventory's `sudo`, the environment variable that it names, or what you typed"
      )
    }
    // The last ones are sudo-rs's; 0.2.5 says it in PAM's words.
    if said(
      "a password is required", "interactive authentication is required", "Authentication required but not attempted",
      "PAM error: Authentication token manipulation error")
    {
      return (
        "sudo wants the password of \(user)",
        "Set `sudo: ask` in the inventory, or let \(user) use sudo without one: \(rule)"
      )
    }
    if said("must have a tty") {
      return (
        "sudo wants a terminal (requiretty)",
        "On the host (visudo): remove `requiretty`, or add `Defaults:\(user) !requiretty`"
      )
    }
    if status == 127 && said("sudo") {
      return (
        "sudo is not installed",
        "As root on the host: apt-get install sudo && adduser \(user) sudo; "
          + "or log in as root and set `sudo: none`"
      )
    }
    if said("account validation failure", "PAM account management error", "has expired") {
      return ("sudo says that the account of \(user) is locked or expired", "As root on the host: chage -l \(user)")
    }
    return nil
  }
}

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
