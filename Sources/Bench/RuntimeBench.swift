/// Bench: measures what a node is good for, with the programs that run there.

package import Diagnostics
package import SSH
import Templates
import Untrusted

/// The same program as a native container and as WebAssembly, on one node.
package struct RuntimeBench: Sendable {
  /// An image whose archive lies on the node.
  package struct Image: Sendable, Equatable {
    /// `static`, `debian`, `module` or `component`.
    package var kind: String
    package var reference: String
    package var archive: String
    package var program: String
    package init(kind: String, reference: String, archive: String, program: String) {
      self.kind = kind
      self.reference = reference
      self.archive = archive
      self.program = program
    }
  }

  package let images: [Image]
  /// HTTP services: `static`, which is their client too, and `component`.
  package let servers: [Image]
  /// Folder of the engine on the node.
  package let engine: String
  package let wrapper: String
  /// Folder on the node with the samples of ``sampleNames``.
  package let samples: String
  package let rounds: Int

  package init(images: [Image], servers: [Image], engine: String, wrapper: String, samples: String, rounds: Int) {
    self.images = images
    self.servers = servers
    self.engine = engine
    self.wrapper = wrapper
    self.samples = samples
    self.rounds = rounds
  }

  /// WebAssembly beside the images: an HTTP component, and commands that make many instances.
  package static let sampleNames = ["web", "instances-none", "instances-bare", "instances-whole"]
  /// How many containers of each kind run at once for their memory.
  static let density = 24

  /// Takes a minute or so, and all of the node's processor while it lasts.
  ///
  /// - Throws: ``HearthError`` when the node cannot be asked, or measured nothing.
  package func run(on shell: any RootShell) async throws(HearthError) -> RuntimeResults {
    let result = try await shell.run(try program(), timeout: .seconds(900))
    let results = RuntimeResults(node: shell.host, output: result.outputText)
    guard results.metrics["exit"]?.isEmpty == false else {
      throw HearthError(
        .remoteCommand, "the node measured nothing", subject: Subject(host: shell.host),
        hint: "Look at whether its containerd works: `hearth smoke`.",
        output: (results.problems + result.errorText.lastLines(5)))
    }
    return results
  }

  func program() throws(HearthError) -> String {
    try Template("bench/runtime.sh").render([
      "wrapper": wrapper, "engine": engine, "rounds": rounds, "samples": samples, "density": Self.density,
      "spin": 200_000_000,
      "images": words("image", images) + words("server", servers),
    ])
  }

  /// Five words for each image.
  private func words(_ role: String, _ images: [Image]) -> [String] {
    images.flatMap { [role, $0.kind, $0.reference, $0.archive, $0.program] }
  }
}
