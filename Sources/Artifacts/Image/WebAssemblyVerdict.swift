package import Foundation

/// What a WebAssembly file is for, and why a node's wrapper would refuse it: the same judgement as in
/// `Sources/wasm-runc/exports.c`, made before the file travels.
package struct WebAssemblyVerdict: Sendable, Equatable {
  package enum Purpose: String, Sendable, Codable {
    /// Runs to its end, or for as long as it wants.
    case command
    /// Answers HTTP requests: a component that exports a handler.
    case service
  }

  package var purpose: Purpose
  /// The wrapper's words; nil where a node runs the file.
  package var problem: String?

  /// `moduleBytes` in docs/background/wasm.md.
  package static let largestBytes = 64 << 20

  /// nil when the file cannot be read.
  package init?(contentsOf path: String) {
    guard let file = try? Data(contentsOf: URL(fileURLWithPath: path), options: .mappedIfSafe) else { return nil }
    self.init(file)
  }

  /// - Parameter file: a file that begins as WebAssembly does, read or mapped as a whole.
  package init(_ file: Data) {
    purpose = .command
    guard file.count <= Self.largestBytes else {
      problem = "it is larger than \(Self.largestBytes >> 20) MiB, which is the most that nodes take"
      return
    }
    var reader = WebAssemblyReader(file)
    reader.skip(4)
    let isComponent = reader.byte() == 0x0D
    reader.skip(3)
    var offer = WebAssemblyOffer()
    while !reader.isAtEnd {
      let kind = reader.byte()
      var section = reader.part()
      guard !reader.isBroken else {
        problem = "it is truncated: a section ends beyond the end of the file; build or copy it again"
        return
      }
      switch (isComponent, kind) {
      case (false, 2): section.readImports(into: &offer)
      case (false, 5): section.readMemories(into: &offer)
      case (false, 7): section.readExports(into: &offer)
      case (true, 11): section.readComponentExports(into: &offer)
      default: break
      }
    }
    if isComponent {
      purpose = offer.isService && !offer.isCommand ? .service : .command
      if !offer.isService && !offer.isCommand {
        problem =
          "it exports neither wasi:cli/run nor wasi:http/incoming-handler: it is a library, not a program; "
          + "build it for the world wasi:cli/command or wasi:http/proxy"
      }
    } else if !offer.hasStart {
      problem = "it has no function _start: it is a library, not a program; build it as a command"
    } else if offer.needsThreads {
      problem = "it needs threads or memory shared between them, which the engine does not offer; build it without"
    }
  }
}
