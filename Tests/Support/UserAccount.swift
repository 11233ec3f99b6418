import Foundation
import Glibc

/// A user of this machine made for a test, removed with the object. Needs root.
package final class UserAccount: Sendable {
  package enum Sudo: Sendable {
    case none
    case passwordless
    case withPassword
  }

  package let name: String
  package let password: String
  private let rule: String

  package init(shell: String = "/bin/bash", sudo: Sudo = .none, defaults: String = "") throws {
    name = "hearth" + String(UInt32.random(in: .min ... .max), radix: 36)
    password = "pass word'\"\\$" + String(UInt32.random(in: .min ... .max))
    rule = "/etc/sudoers.d/\(name)"
    try Command.run("useradd", "--create-home", "--shell", shell, name)
    try Command.run("chpasswd", input: "\(name):\(password)\n")
    let tag: String? =
      switch sudo {
      case .none: nil
      case .passwordless: "NOPASSWD: "
      case .withPassword: ""
      }
    guard let tag else { return }
    // sudo reads every file of the folder at every start, so this must never be there half-written or unprotected.
    let draft = "/etc/sudoers.d/.\(name)"
    let own = defaults.isEmpty ? "" : "Defaults:\(name) \(defaults)\n"
    try Data("\(own)\(name) ALL=(ALL) \(tag)ALL\n".utf8).write(to: URL(fileURLWithPath: draft))
    chmod(draft, 0o440)
    rename(draft, rule)
  }

  deinit {
    unlink(rule)
    _ = try? Command.run("pkill", "-KILL", "-u", name)
    _ = try? Command.run("userdel", "--remove", "--force", name)
  }
}
