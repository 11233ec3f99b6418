import Diagnostics
import Provision
import SSH

/// Questions that logging in may raise, put to whoever sits at the terminal.
enum Person {
  static var atTheTerminal: Operator {
    guard Question.canAsk else { return Operator() }
    let turn = Turn()
    return Operator(
      trustHostKey: { question in await turn.ask { trust(question) } },
      keyPassphrase: { path, attempt in
        await turn.ask {
          attempt > 3
            ? nil : try? Question.secret("Passphrase for \(path)\(attempt > 1 ? " (try \(attempt) of 3)" : "")")
        }
      },
      sudoPassword: { user throws(HearthError) in try Question.secret("sudo password of \(user) on the hosts") }
    )
  }

  private static func trust(_ question: HostKeyQuestion) -> Bool {
    Terminal.writeError(
      """
      \(question.host) (\(question.address), port \(question.port)) has a key that is not known yet:
        \(question.keyType) \(question.fingerprint)
      Compare it with what the host itself shows: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub

      """)
    if let note = question.note { Terminal.writeError("  \(note)\n") }
    return Question.confirm("Trust this key and remember it?")
  }

  /// One question at a time, however many hosts ask.
  private actor Turn {
    func ask<Answer: Sendable>(_ question: @Sendable () -> Answer) -> Answer { question() }
  }
}
