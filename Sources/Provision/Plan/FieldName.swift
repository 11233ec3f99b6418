/// What of a resource changes. Fields that decide what is done on the host have a case each, so that a misspelt one does not
/// compile; all others are for people.
package enum FieldName: Hashable, Sendable {
  case kind
  case content
  case mode
  case owner
  case state
  case now
  case atBoot
  case restart
  case reload
  /// What cloud-init would undo at the next boot.
  case cloudInit
  /// A package that is held back from upgrades.
  case held(String)
  /// Where a hunk of a text begins.
  case line(Int)
  case other(String)

  private static let fixed: [FieldName] = [
    .kind, .content, .mode, .owner, .state, .now, .atBoot, .restart, .reload, .cloudInit,
  ]

  /// The field that ``text`` is that of.
  package init(_ text: String) {
    let number = text.hasPrefix("line ") ? Int(text.dropFirst(5)) : nil
    if let known = Self.fixed.first(where: { $0.text == text }) {
      self = known
    } else if let number {
      self = .line(number)
    } else if text.hasSuffix(" held") {
      self = .held(String(text.dropLast(5)))
    } else {
      self = .other(text)
    }
  }

  /// As plans show it.
  package var text: String {
    switch self {
    case .kind: "kind"
    case .content: "content"
    case .mode: "mode"
    case .owner: "owner"
    case .state: "state"
    case .now: "now"
    case .atBoot: "at boot"
    case .restart: "restart"
    case .reload: "reload"
    case .cloudInit: "cloud-init"
    case .held(let package): "\(package) held"
    case .line(let number): "line \(number)"
    case .other(let text): text
    }
  }

  package var isHold: Bool { if case .held = self { true } else { false } }
  package var isHunk: Bool { if case .line = self { true } else { false } }
}

extension FieldName: CustomStringConvertible {
  package var description: String { text }
}

/// In saved plans the text stands.
extension FieldName: Codable {
  package init(from decoder: any Decoder) throws { self.init(try decoder.singleValueContainer().decode(String.self)) }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }
}

/// One line of a plan: a field, what it is now and what is wanted. Nil means absent.
package struct FieldChange: Sendable, Equatable, Codable {
  package var field: FieldName
  package var from: String?
  package var to: String?

  package init(_ field: FieldName, from: String?, to: String?) {
    self.field = field
    self.from = from
    self.to = to
  }

  package init(_ text: String, from: String?, to: String?) { self.init(FieldName(text), from: from, to: to) }
}
