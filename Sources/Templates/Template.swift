package import Diagnostics
import Foundation
import Mustache
import Synchronization

/// The files of `templates/`, embedded in the binary by the `EmbedFiles` build step and rendered with Mustache.
/// Values are inserted as they are: these templates make units, configurations and manifests, not HTML, so nothing
/// is HTML-escaped unless the template's name ends in `.html`.
package struct Template: Sendable {
  /// Path below `templates/`, such as `systemd/kubelet.service`.
  package let name: String
  private let compiled: MustacheTemplate

  /// - Throws: ``HearthError`` with code `internalError` when no such file was embedded or it does not parse.
  package init(_ name: String) throws(HearthError) {
    self.name = name
    if let known = Self.parsed.withLock({ $0[name] }) {
      compiled = known
      return
    }
    let text = try Template.text(of: name)
    do {
      let pragma = name.hasSuffix(".html") ? "" : "{{% CONTENT_TYPE: TEXT}}"
      compiled = try MustacheTemplate(string: pragma + text)
    } catch {
      throw HearthError(.internalError, "template \(name) does not parse: \(error)")
    }
    Self.parsed.withLock { [compiled] in $0[name] = compiled }
  }

  /// Every host gets programs made of the same few templates: each is parsed once.
  private static let parsed = Mutex<[String: MustacheTemplate]>([:])

  /// Renders with the given values: strings, numbers, booleans, arrays and dictionaries of these.
  package func render(_ values: [String: Any] = [:]) -> String {
    compiled.render(values)
  }

  /// The embedded text itself, not rendered.
  package static func text(of name: String) throws(HearthError) -> String {
    guard let text = embeddedFiles[name] else {
      throw HearthError(.internalError, "no template named \(name) is part of this build")
    }
    return text
  }

  /// The bytes of an embedded file that is no text, such as `wasm/web.wasm`.
  package static func bytes(of name: String) throws(HearthError) -> [UInt8] {
    guard let text = embeddedBinaries[name], let data = Data(base64Encoded: text) else {
      throw HearthError(.internalError, "no file named \(name) is part of this build")
    }
    return Array(data)
  }

  /// Names of all embedded files below a folder, such as `dns/`, in alphabetical order.
  package static func names(below folder: String) -> [String] {
    embeddedFiles.keys.filter { $0.hasPrefix(folder) }.sorted()
  }
}
