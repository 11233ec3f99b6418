/// Which values of a document are wanted: `Items.*` are all elements of the list `Items`.
package struct JSONPattern: Sendable, Equatable {
  enum Part: Sendable, Equatable {
    case name(String)
    /// Any member of an object or element of a list.
    case any
  }

  let parts: [Part]

  init(_ parts: [Part]) { self.parts = parts }

  /// - Parameter text: Names and `*`, joined by dots; the empty text is the whole document.
  package init(_ text: String) {
    parts = text.split(separator: ".").map { $0 == "*" ? .any : .name(String($0)) }
  }
}

/// A value that a pattern asked for.
package struct JSONMatch: Sendable {
  /// Of the pattern, in the order in which they were given.
  package var pattern: Int
  /// Names and positions on the way to it, such as `["Items", "3"]`.
  package var path: [String]
  package var value: JSONValue
}
