import ArgumentParser
import Artifacts
import Diagnostics

struct ImageInspectCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Say whether an image can run on the nodes: architectures, page size, WebAssembly, size.",
    discussion: """
      Reads an OCI archive or what `docker save` writes. Ends with 1 when the image cannot run. Examples:

        hearth image inspect shop.tar
        hearth image inspect shop.tar --arch arm64
      """.flowing
  )

  @Argument(help: "An image archive.", completion: .file(extensions: ["tar"]))
  var file: String

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The nodes' architecture, amd64 or arm64; may be given twice. Without it: arm64.", valueName: "architecture"))
  var arch: [Architecture] = []

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let report = try await ImageArchive(path: file).inspect(for: arch.isEmpty ? [.arm64] : arch)
    switch output.output {
    case .json: try JSONSink.write(report, as: .image)
    case .text: Terminal.writeOutput(lines: report.lines)
    }
    if !report.isUsable { throw ExitStatus.failed }
  }
}

extension Architecture: ExpressibleByArgument {}

extension ImageReport {
  var lines: [String] {
    var lines = [reference ?? "an image without a name"]
    for variant in variants {
      let kind = variant.webAssembly.map { "WebAssembly \($0.rawValue)" } ?? "native"
      lines.append(
        "  \(variant.os)/\(variant.architecture)  \(kind)  \(variant.bytes) bytes  "
          + (variant.command.isEmpty ? "no command" : variant.command.joined(separator: " ")))
    }
    for finding in findings {
      let mark = finding.weight == .failure ? "✗" : finding.weight == .warning ? "!" : "–"
      lines.append("\(mark) \(finding.text)")
      if let hint = finding.hint { lines.append("    \(hint)") }
    }
    if findings.isEmpty { lines.append("✓ nothing against it") }
    return lines
  }
}
