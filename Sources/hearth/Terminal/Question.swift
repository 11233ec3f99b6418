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
  static var canAsk: Bool { !isClosed && isatty(STDIN_FILENO) == 1 }

  /// A program has the whole screen: nothing is asked and nothing told meanwhile.
  static var isClosed: Bool {
    get { closed.withLock { $0 } }
    set { closed.withLock { $0 = newValue } }
  }
  private static let closed = Mutex(false)

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
        .usage, "\(text): a password is needed and there is no terminal to type it in",
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
    guard !isClosed else { return nil }
    return TerminalSink.quietly {
      Terminal.writeError(prompt)
      isOpenNow.withLock { $0 = true }
      defer { isOpenNow.withLock { $0 = false } }
      let answer = readAnswer()
      if !isEchoed { Terminal.writeError("\n") }
      return answer
    }
  }

  private static let isOpenNow = Mutex(false)
  /// Somebody is being asked something.
  static var isOpen: Bool { isOpenNow.withLock { $0 } }

  /// A line of standard input; nil at its end, and where an end is asked for (Ctrl-C) instead of an answer.
  private static func readAnswer() -> String? {
    var bytes: [UInt8] = []
    while bytes.count < 1 << 16 {
      var place = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      let ready = poll(&place, 1, 100)
      if Interrupts.shared.isRaised { return nil }
      if ready == 0 || (ready < 0 && errno == EINTR) { continue }
      var byte: UInt8 = 0
      guard ready > 0, read(STDIN_FILENO, &byte, 1) == 1 else { return bytes.isEmpty ? nil : text(bytes) }
      if byte == UInt8(ascii: "\n") { return text(bytes) }
      bytes.append(byte)
    }
    return text(bytes)
  }

  private static func text(_ bytes: [UInt8]) -> String {
    String(decoding: bytes.last == UInt8(ascii: "\r") ? bytes.dropLast() : bytes[...], as: UTF8.self)
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
