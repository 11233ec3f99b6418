import Diagnostics
import Foundation
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Questions go to the terminal itself, never to standard input that a pipe may feed.
enum Question {
  /// True where a person can answer.
  static var canAsk: Bool { isatty(STDIN_FILENO) == 1 }

  /// Yes or no; anything but `y` or `yes` is no.
  static func confirm(_ text: String) -> Bool {
    let answer = ask("\(text) [y/N] ")?.lowercased()
    return answer == "y" || answer == "yes"
  }

  static func line(_ text: String, default preset: String? = nil) -> String? {
    let answer = ask(preset.map { "\(text) [\($0)]: " } ?? "\(text): ")
    guard let answer = answer?.trimmingCharacters(in: .whitespaces) else { return nil }
    return answer.isEmpty ? preset : answer
  }

  /// A password or passphrase, read without echo.
  static func secret(_ text: String) throws(HearthError) -> Secret<String> {
    guard canAsk else {
      throw HearthError(
        .usage, "\(text): a password is needed and nobody is there to type it",
        hint: "run hearth in a terminal, or give the password by an environment variable named in the inventory")
    }
    var original = termios()
    tcgetattr(STDIN_FILENO, &original)
    echoing.withLock { [original] in $0 = original }
    var silent = original
    silent.c_lflag &= ~tcflag_t(ECHO)
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent)
    defer { restoreTerminal() }
    return Secret(ask("\(text): ", isEchoed: false) ?? "")
  }

  /// A line, without anything else on the terminal until it is there.
  private static func ask(_ prompt: String, isEchoed: Bool = true) -> String? {
    TerminalSink.quietly {
      Terminal.writeError(prompt)
      let answer = readLine()
      if !isEchoed { Terminal.writeError("\n") }
      return answer
    }
  }

  /// How the terminal was before a secret was asked for.
  private static let echoing = Mutex<termios?>(nil)

  /// Lets the terminal show again what is typed, also when a question is cut short.
  static func restoreTerminal() {
    echoing.withLock { original in
      guard var settings = original else { return }
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
      original = nil
    }
  }
}
