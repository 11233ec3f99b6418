@preconcurrency import Dispatch
import Diagnostics
import Synchronization

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Runs a program on the whole screen until somebody quits: keys, the terminal's size and news come in, lines go out.
struct FullScreen<Program: ScreenProgram> {
  /// Between the end of a look and the next.
  var every: Duration
  /// Fetches news.
  var look: @Sendable () async -> Program.News
  /// Runs an errand.
  var errand: @Sendable (Program.Errand) async -> Program.News

  private enum Input: Sendable {
    case keys([UInt8])
    case resized
    case looks
    case news(Program.News)
    case answer(Program.News)
    case second
    case end
  }

  func run(_ program: Program) async {
    let (inputs, input) = AsyncStream.makeStream(of: Input.self)
    let isWanted = Mutex(true)
    let sources = listen(input)
    Interrupts.shared.set(
      Interrupts.Run(stop: { input.yield(.end) }, farewell: { RawTerminal.leave() }, cancelsTask: false))
    Question.isClosed = true
    RawTerminal.enter()
    let looking = Task { await lookAgainAndAgain(input, isWanted) }
    defer {
      looking.cancel()
      RawTerminal.leave()
      for source in sources { source.cancel() }
      signal(SIGTSTP, SIG_DFL)
      Question.isClosed = false
      Interrupts.shared.set(nil)
    }

    var program = program
    for await next in inputs {
      switch next {
      case .keys(let bytes):
        for key in Key.all(in: bytes) {
          switch program.take(key, on: RawTerminal.size) {
          case .quit: return
          case .refresh: isWanted.withLock { $0 = true }
          case .errand(let wanted): Task { input.yield(.answer(await errand(wanted))) }
          case .nothing: break
          }
        }
      case .looks: program.isLooking(true)
      case .news(let news):
        program.isLooking(false)
        program.take(news)
      case .answer(let news): program.take(news)
      case .resized, .second: break
      case .end: return
      }
      let size = RawTerminal.size
      RawTerminal.draw(program.lines(size), rows: size.rows)
    }
  }

  private func lookAgainAndAgain(_ input: AsyncStream<Input>.Continuation, _ isWanted: borrowing Mutex<Bool>) async {
    while !Task.isCancelled {
      isWanted.withLock { $0 = false }
      input.yield(.looks)
      input.yield(.news(await look()))
      for await tenths in ContinuousClock().looks(every: .milliseconds(100), for: every) {
        if isWanted.withLock({ $0 }) { break }
        // Ages grow meanwhile.
        if tenths > 0, tenths % 10 == 0 { input.yield(.second) }
      }
    }
  }

  /// Keys, and signals that concern the screen.
  private func listen(_ input: AsyncStream<Input>.Continuation) -> [any DispatchSourceProtocol] {
    let keys = DispatchSource.makeReadSource(fileDescriptor: STDIN_FILENO, queue: .global())
    keys.setEventHandler {
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = read(STDIN_FILENO, &bytes, bytes.count)
      if count > 0 {
        input.yield(.keys(Array(bytes.prefix(count))))
      } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
        // The terminal is gone.
        input.yield(.end)
      }
    }
    let size = DispatchSource.makeSignalSource(signal: SIGWINCH, queue: .global())
    size.setEventHandler { input.yield(.resized) }
    // Ctrl-Z gives the terminal back to the shell; `fg` takes it again.
    signal(SIGTSTP, SIG_IGN)
    let pause = DispatchSource.makeSignalSource(signal: SIGTSTP, queue: .global())
    pause.setEventHandler {
      RawTerminal.leave()
      kill(getpid(), SIGSTOP)
      RawTerminal.enter()
      input.yield(.resized)
    }
    let sources: [any DispatchSourceProtocol] = [keys, size, pause]
    for source in sources { source.resume() }
    return sources
  }
}

extension FullScreen where Program.Errand == Never {
  init(every: Duration, look: @escaping @Sendable () async -> Program.News) {
    self.init(every: every, look: look, errand: { never in switch never {} })
  }
}
