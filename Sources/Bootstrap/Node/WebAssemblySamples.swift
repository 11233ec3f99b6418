package import Diagnostics
import Templates

/// The sample programs that are part of hearth.
package enum WebAssemblySamples {
  /// An HTTP service, a component for the world `wasi:http/proxy`.
  package static func web() throws(HearthError) -> [UInt8] { try Template.bytes(of: "wasm/web.wasm") }
}
