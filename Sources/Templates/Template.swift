package import Diagnostics
import Foundation
package import Synchronization

/// A file of `templates/`, embedded in the binary by the `EmbedFiles` build step. Its name decides its
/// ``TemplateFormat``, and with it how a value stands in it; a value that is missing is an error, wherever its tag is.
///
/// ```swift
/// let program = try Template("cluster/delete-node").render(["kubectl": words, "node": name, "isGone": true])
/// let object = try Template("manifests/node.yaml").value(NodeManifest(name: name, labels: labels))
/// ```
package struct Template: Sendable {
  /// Path below `templates/`, such as `systemd/kubelet.service`.
  package let name: String
  package let format: TemplateFormat
  private let text: TemplateText

  /// - Throws: ``HearthError`` with code `internalError` when no such file was embedded or it does not parse.
  package init(_ name: String) throws(HearthError) {
    if let known = Self.parsed.withLock({ $0[name] }) {
      self.name = name
      format = TemplateFormat(fileName: name)
      text = known
      return
    }
    self = try Template(name, text: Template.text(of: name))
    Self.parsed.withLock { [text] in $0[name] = text }
  }

  /// A template of another folder of the project, such as the manifests of `inventory/addons/`.
  package init(_ name: String, text source: String) throws(HearthError) {
    self.name = name
    format = TemplateFormat(fileName: name)
    do throws(TemplateText.Fault) {
      text = try TemplateText(source)
    } catch {
      throw HearthError(.internalError, "template \(name) does not parse: \(error.message)")
    }
  }

  /// Every host gets programs made of the same few templates: each is parsed once.
  private static let parsed = Mutex<[String: TemplateText]>([:])

  #if DEBUG
    /// Names of the templates that this process has rendered; tests look whether they render all.
    package static let rendered = Mutex<Set<String>>([])
  #endif

  /// Renders with the given values; see ``TemplateData/init(_:)`` for what they may be. `nil` is a value too: its section
  /// is left out.
  ///
  /// - Throws: ``HearthError`` with code `internalError` when a tag has no value, or one that cannot stand there.
  package func render(_ values: [String: Any?] = [:]) throws(HearthError) -> String {
    try reporting { () throws(TemplateText.Fault) in try render(TemplateData.map(values)) }
  }

  /// Renders with the stored properties of a struct.
  package func render(_ values: any TemplateValues) throws(HearthError) -> String {
    try reporting { () throws(TemplateText.Fault) in try render(TemplateData.properties(of: values)) }
  }

  /// All documents of a structured template.
  package func documents(_ values: [String: Any?] = [:]) throws(HearthError) -> [JSONValue] {
    try reporting { () throws(TemplateText.Fault) in try documents(TemplateData.map(values)) }
  }

  package func documents(_ values: any TemplateValues) throws(HearthError) -> [JSONValue] {
    try reporting { () throws(TemplateText.Fault) in try documents(TemplateData.properties(of: values)) }
  }

  private func render(_ values: [String: TemplateData]) throws(TemplateText.Fault) -> String {
    #if DEBUG
      Self.rendered.withLock { _ = $0.insert(name) }
    #endif
    guard format == .structured else {
      let format = format
      return try text.render(values) { (value, name, isRaw) throws(TemplateText.Fault) in
        try format.insert(value, name, isRaw)
      }
    }
    let documents = try documents(values)
    guard documents.count == 1 else { throw TemplateText.Fault("\(documents.count) documents are not a single file") }
    return documents[0].text
  }

  private func documents(_ values: [String: TemplateData]) throws(TemplateText.Fault) -> [JSONValue] {
    #if DEBUG
      Self.rendered.withLock { _ = $0.insert(name) }
    #endif
    var places = StructuredPlaces()
    let yaml = try text.render(values) { (value, _, _) throws(TemplateText.Fault) in places.place(value) }
    return try places.documents(yaml)
  }

  private func reporting<Result>(_ work: () throws(TemplateText.Fault) -> Result) throws(HearthError) -> Result {
    do throws(TemplateText.Fault) {
      return try work()
    } catch {
      throw HearthError(.internalError, "template \(name): \(error.message)")
    }
  }

  /// The embedded text itself, not rendered.
  package static func text(of name: String) throws(HearthError) -> String {
    guard let text = embeddedFiles[name] else {
      throw HearthError(.internalError, "no template named \(name) is part of this build")
    }
    return text
  }

  /// The bytes of an embedded file that is not text, such as `wasm/web.wasm`.
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
