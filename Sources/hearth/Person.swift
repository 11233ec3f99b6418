import Diagnostics
import Foundation
import Provision
import SSH
import Synchronization

/// Questions that logging in may raise, put to whoever sits at the terminal.
enum Person {
  static var atTheTerminal: Operator {
    let notes = Notes()
    guard Question.canAsk else { return Operator(note: { notes.tell($0) }) }
    let turn = Turn()
    return Operator(
      trustHostKey: { question in await turn.ask { trust(question) } },
      keyPassphrase: { path, attempt in
        await turn.ask {
          attempt > 3
            ? nil : try? Question.secret("Passphrase for \(path)\(attempt > 1 ? " (try \(attempt) of 3)" : "")")
        }
      },
      sudoPassword: { user throws(HearthError) in
        try await turn.ask {
          Result { () throws(HearthError) in try Question.secret("sudo password of \(user) on the hosts") }
        }
        .get()
      },
      note: { notes.tell($0) }
    )
  }

  /// As `ssh` asks: yes, no, or the fingerprint that somebody read on the host itself.
  private static func trust(_ question: HostKeyQuestion) -> Bool {
    Terminal.writeError(
      """
      \(question.host) (\(question.address), port \(question.port)) has a key that is not known yet:
        \(question.keyType) \(question.fingerprint)
      Compare it with what the host itself shows: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub

      """)
    if let note = question.note { Terminal.writeError("  \(note)\n") }
    while let answer = Question.line("Trust this key and remember it (yes/no/[fingerprint])?") {
      switch HostKeyAnswer(answer, fingerprint: question.fingerprint) {
      case .yes: return true
      case .no: return false
      case .otherFingerprint:
        Terminal.writeError("That is not the fingerprint of the key that the host shows.\n")
        return false
      case .unclear: Terminal.writeError("Please type yes, no or the fingerprint.\n")
      }
    }
    return false
  }

  /// What is worth knowing, once.
  private final class Notes: Sendable {
    private let told = Mutex<Set<String>>([])

    func tell(_ note: String) {
      guard !Question.isClosed, told.withLock({ $0.insert(note).inserted }) else { return }
      TerminalSink.quietly { Terminal.writeError("note: \(note)\n") }
    }
  }

  /// One question at a time, however many hosts ask.
  private actor Turn {
    func ask<Answer: Sendable>(_ question: @Sendable () -> Answer) -> Answer { question() }
  }
}

/// What was typed when a host's key is not known.
enum HostKeyAnswer: Equatable {
  case yes, no, otherFingerprint, unclear

  init(_ text: String, fingerprint: String) {
    let text = text.trimmingCharacters(in: .whitespaces)
    switch text.lowercased() {
    case "yes", "y": self = .yes
    case "no", "n", "": self = .no
    case _ where text == fingerprint: self = .yes
    case _ where text.hasPrefix("SHA256:") || text.hasPrefix("MD5:"): self = .otherFingerprint
    default: self = .unclear
    }
  }
}
