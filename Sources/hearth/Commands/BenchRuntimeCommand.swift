import ArgumentParser
import Artifacts
import Bench
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import Provision
import Untrusted

struct BenchRuntimeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runtime",
    abstract: "The same program as a container and as WebAssembly: size, start, memory, speed, on your nodes.",
    discussion: """
      Runs on one node after the other, so that none disturbs another; about a minute each. Images of native programs come
      from `scripts/build-bench`; without them WebAssembly is measured alone. Examples:

        hearth bench runtime --limit pi3
        hearth bench runtime --html runtime.html
      """.flowing
  )

  @Option(help: ArgumentHelp("How often each container is started.", valueName: "count")) var rounds = 15

  @Option(
    help: ArgumentHelp(
      "Write a page with charts for each node: NAME.html, or NAME-NODE.html for several.", valueName: "file"),
    completion: .file())
  var html: String?

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...1000).contains(rounds) else { throw ValidationError("--rounds takes a number from 1 to 1000") }
  }

  func run() async throws {
    let run = try await RackRun.begin("bench", options: rackOptions, access: access, sink: output.sink())
    let status = await run.finish { run in
      var all: [RuntimeResults] = []
      for node in run.rack.nodes where run.session.hosts.contains(node.name) {
        guard run.engine.currentShells[node.name] != nil else { continue }
        run.events.emit(.note(level: .info, host: node.name, text: "is measured"))
        all.append(try await run.benchRuntime(on: node.name, rounds: rounds))
      }
      run.pause()
      if output.output == .json {
        try JSONSink.write(["results": all], as: .runtime)
      } else {
        Terminal.writeOutput(
          all.map { RuntimeReport($0).lines.joined(separator: "\n") }.joined(separator: "\n\n") + "\n")
      }
      guard let html else { return }
      for results in all {
        let base = (html as NSString).deletingPathExtension
        try TextFile.write(
          RuntimeReport(results).html().visible, to: all.count == 1 ? html : "\(base)-\(results.node).html")
      }
    }
    guard status == .done else { throw status }
  }
}
