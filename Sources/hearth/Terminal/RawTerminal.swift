import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The terminal while a program has the whole of its screen: the alternate screen, no cursor, no wrapping of long lines,
/// each key at once and without echo. It is given back by ``leave()``, and by signals that end the process.
enum RawTerminal {
  /// Both ends are a terminal that understands movements of the cursor.
  static func isThere(term: String?) -> Bool {
    isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1 && term.map { $0 != "dumb" && !$0.isEmpty } == true
  }

  static func enter() {
    isEntered.withLock { isEntered in
      guard !isEntered else { return }
      isEntered = true
      var settings = termios()
      tcgetattr(STDIN_FILENO, &settings)
      original = settings
      settings.c_lflag &= ~tcflag_t(ECHO | ICANON)
      tcsetattr(STDIN_FILENO, TCSAFLUSH, &settings)
      Terminal.draw(.enter)
      for number in fatal { signal(number, fatalSignal) }
    }
  }

  static func leave() {
    isEntered.withLock { isEntered in
      guard isEntered else { return }
      isEntered = false
      giveBack()
      for number in fatal { signal(number, SIG_DFL) }
    }
  }

  /// Nothing is drawn on a screen that was given back meanwhile, such as for Ctrl-Z.
  static func draw(_ lines: [Styled], rows: Int) {
    isEntered.withLock { isEntered in
      if isEntered { Terminal.draw(.home, lines, rows: rows) }
    }
  }

  static var size: ScreenSize {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
      return ScreenSize(columns: 80, rows: 24)
    }
    return ScreenSize(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }

  private static let isEntered = Mutex(false)
  /// Ctrl-\ and defects.
  private static let fatal = [SIGQUIT, SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE]
}

/// As it was; written before the handlers that read it are there.
nonisolated(unsafe) private var original = termios()
private let farewell: StaticString = "\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

/// Only what POSIX allows in a handler of signals.
private func giveBack() {
  _ = write(STDOUT_FILENO, farewell.utf8Start, farewell.utf8CodeUnitCount)
  tcsetattr(STDIN_FILENO, TCSANOW, &original)
}

private func fatalSignal(_ number: Int32) {
  giveBack()
  signal(number, SIG_DFL)
  raise(number)
}
