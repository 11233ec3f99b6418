import ArgumentParser
import Diagnostics

/// How a command speaks.
struct OutputOptions: ParsableArguments {
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "`text` for people, `json` for programs: a document, or lines with the summary last; see `hearth schema`.",
      valueName: "format"))
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

  /// For commands that print lines as they come: in JSON events stand among them, the summary last.
  func lineSink(_ terminal: Terminal = Terminal()) -> any EventSink {
    output == .json ? JSONSink() : quietSink(terminal)
  }

  /// For commands whose result is what they print: only warnings and errors besides, on standard error.
  func quietSink(_ terminal: Terminal = Terminal()) -> any EventSink {
    output == .json ? QuietJSONSink() : QuietSink(lines: PlainLines(style: terminal.style))
  }
}
