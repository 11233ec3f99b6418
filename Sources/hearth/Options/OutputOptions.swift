import ArgumentParser
import Diagnostics

/// How a command speaks.
struct OutputOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Option(name: .shortAndLong, help: "`text` for people, `json` for programs (one object a line, the summary last).")
  var output: Format = .text

  @Flag(name: .long, help: "Plain lines in place of the moving table.")
  var plain = false

  /// The sink that this terminal and these flags ask for.
  func sink(_ terminal: Terminal = Terminal()) -> any EventSink {
    switch output {
    case .json: JSONSink()
    case .text where terminal.redraws && !plain: TerminalSink(terminal: terminal)
    case .text: PlainSink(lines: PlainLines(style: terminal.style))
    }
  }

  /// For commands whose result is what they print: only warnings and errors besides, on standard error.
  func quietSink(_ terminal: Terminal = Terminal()) -> any EventSink {
    QuietSink(lines: PlainLines(style: terminal.style))
  }
}
