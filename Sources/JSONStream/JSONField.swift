package import Diagnostics
package import Foundation

/// A value of somebody else's document and the way to it, so that an error names the field that is not as it was.
package struct JSONField: Sendable {
  package let value: JSONValue
  /// `Items[3].retailPrice`; empty for the whole document.
  package let path: String
  /// The document's URL or file.
  package let document: String

  package init(_ value: JSONValue, path: String = "", document: String) {
    self.value = value
    self.path = path
    self.document = document
  }

  /// - Throws: ``HearthError`` `download` when the object lacks the member.
  package func callAsFunction(_ name: String) throws(HearthError) -> JSONField {
    guard case .object = value else { throw wrong("an object") }
    guard let member = value[name] else { throw error("lacks `\(below(name))`") }
    return JSONField(member, path: below(name), document: document)
  }

  /// Nil where there is no such member, or it is null.
  package func optional(_ name: String) throws(HearthError) -> JSONField? {
    guard case .object = value else { throw wrong("an object") }
    guard let member = value[name], member != .null else { return nil }
    return JSONField(member, path: below(name), document: document)
  }

  package func elements() throws(HearthError) -> [JSONField] {
    guard case .array(let elements) = value else { throw wrong("a list") }
    return elements.enumerated().map { JSONField($1, path: "\(path)[\($0)]", document: document) }
  }

  package func members() throws(HearthError) -> [(name: String, field: JSONField)] {
    guard case .object(let members) = value else { throw wrong("an object") }
    return members.map { ($0.name, JSONField($0.value, path: below($0.name), document: document)) }
  }

  package func text() throws(HearthError) -> String {
    guard case .string(let text) = value else { throw wrong("a text") }
    return text
  }

  package func boolean() throws(HearthError) -> Bool {
    guard case .boolean(let value) = value else { throw wrong("true or false") }
    return value
  }

  /// Exactly as written; a text that is a number counts, since many lists write prices so.
  package func decimal() throws(HearthError) -> Decimal {
    let text: String
    switch value {
    case .number(let written), .string(let written): text = written
    default: throw wrong("a number")
    }
    guard text.utf8.count < 60, JSONScanner.isNumber(Array(text.utf8)),
      let number = Decimal(string: text, locale: Locale(identifier: "en_US_POSIX")), number.isFinite
    else { throw wrong("a number") }
    return number
  }

  package func integer() throws(HearthError) -> Int {
    let number = try decimal()
    guard let integer = Int("\(number)") else { throw wrong("a whole number") }
    return integer
  }

  package func wrong(_ expected: String) -> HearthError {
    error("has \(value.kindName) in `\(path.isEmpty ? "the document" : path)` where it should have \(expected)")
  }

  private func below(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }

  private func error(_ what: String) -> HearthError {
    HearthError(.download, "\(document) \(what)", hint: "Its format has changed; look for a newer hearth.")
  }
}

extension HearthError {
  /// A document that is not JSON.
  package static func notJSON(_ document: String, _ mistake: JSONMistake) -> HearthError {
    HearthError(
      .download, "\(document) is not JSON: \(mistake)",
      hint: "Look at what is there by hand; a proxy or a login page may have answered.")
  }
}
