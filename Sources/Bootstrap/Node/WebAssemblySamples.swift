package import Diagnostics
import Templates

/// The sample programs that are part of hearth.
package enum WebAssemblySamples {
  /// - Parameter name: of a file in `templates/wasm`, without `.wasm`.
  package static func bytes(of name: String) throws(HearthError) -> [UInt8] {
    try Template.bytes(of: "wasm/\(name).wasm")
  }
}
