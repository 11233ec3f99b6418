import Diagnostics

/// Explains why root's shell did not come up, from what sudo said instead.
struct PrivilegeFailure {
  var target: SSHTarget
  var privilege: Privilege
  /// Standard error and output before root's shell.
  var complaint: String
  var status: Int32
  var passwordRefused: Bool
  var notRoot: Bool

  var error: HearthError {
    let (message, hint) = explanation
    return HearthError(
      .privilege, message, subject: Subject(host: target.name), hint: hint,
      output: complaint.split(separator: "\n").suffix(5).map(String.init),
      command: target.command(tty: true, running: "sudo -k true")
    )
  }

  private var explanation: (String, String) {
    let user = target.user
    let rule = "echo '\(user) ALL=(ALL) NOPASSWD: ALL' | sudo tee /etc/sudoers.d/hearth   # on the host"
    func said(_ words: String) -> Bool { complaint.contains(words) }
    if notRoot {
      return (
        "\(user) is not root, and the inventory says that no sudo is needed",
        "Set `sudo: passwordless` or `sudo: ask` in the inventory, or log in as root"
      )
    }
    if said("not in the sudoers file") || said("may not run sudo") || said("is not allowed to execute")
      || said("not allowed to run sudo")
    {
      return ("\(user) may not use sudo", "As root on the host: adduser \(user) sudo")
    }
    if passwordRefused || said("incorrect password attempt") {
      return (
        "sudo refused the password of \(user)",
        "Correct the password: the inventory's `sudo`, the environment variable that it names, or what you typed"
      )
    }
    if said("a password is required") {
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
    if said("account validation failure") || said("PAM account management error") || said("has expired") {
      return ("sudo says that the account of \(user) is locked or expired", "As root on the host: chage -l \(user)")
    }
    return (
      "no root shell came up for \(user) (exit status \(status))",
      "Look at what the login prints: a login shell or forced command may stand in the way"
    )
  }
}
