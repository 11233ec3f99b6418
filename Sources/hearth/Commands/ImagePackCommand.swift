import ArgumentParser
import Artifacts
import Diagnostics
import Foundation

struct ImagePackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pack",
    abstract: "Make a container image of a .wasm file, for nodes of every architecture.",
    discussion: """
      The image is an OCI archive with one ordinary layer, which every supported containerd accepts. Without a tag in
      its name, the tag is made from the content. Examples:

        hearth image pack web.wasm
        hearth image pack web.wasm --name registry.example/web:1.0 --to web.tar
      """.flowing
  )

  @Argument(help: "A WASI 0.1 module, or a WASI 0.2 or 0.3 component.", completion: .file(extensions: ["wasm"]))
  var file: String

  @Option(
    name: .long,
    help: ArgumentHelp("The image's name; without it hearth.local/ and the file's name.", valueName: "image"))
  var name: String?

  @Option(
    name: .long, help: ArgumentHelp("The archive to write; without it the file's name with .tar.", valueName: "file"),
    completion: .file())
  var to: String?

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let base = ((file as NSString).lastPathComponent as NSString).deletingPathExtension
    let plain = String(base.lowercased().map { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") ? $0 : "-" })
    let folder = (file as NSString).deletingLastPathComponent
    let archive = to ?? (folder as NSString).appendingPathComponent("\(base).tar")
    let image = try await WebAssemblyImage.pack(file, as: name ?? "hearth.local/\(plain)", to: archive)
    switch output.output {
    case .json:
      try JSONSink.write(
        [
          "reference": image.reference, "archive": archive, "form": image.form.rawValue,
          "purpose": image.purpose.rawValue, "sha256": image.archive.sha256,
        ], as: .imagePack)
    case .text:
      Terminal.writeOutput(
        """
        \(archive): \(image.reference), a WebAssembly \(image.form.rawValue) (\(image.purpose.words)), \(image.archive.bytes) bytes
        bring it to the nodes: hearth image load \(archive.shellQuoted)
        a pod needs: image: \(image.reference), imagePullPolicy: IfNotPresent, runtimeClassName: wasmtime

        """)
    }
  }
}

extension WebAssemblyVerdict.Purpose {
  fileprivate var words: String {
    switch self {
    case .command: "a program"
    case .service: "an HTTP service, port 8080"
    }
  }
}
