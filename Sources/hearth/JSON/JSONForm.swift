import Inventory

/// A kind of JSON document or line that hearth prints; `hearth schema NAME` prints its JSON Schema. A member that is new makes no
/// new version of a form; one that goes, or means something else, does.
struct JSONForm: Sendable {
  enum Body: Sendable {
    case members(JSONMembers)
    /// By the value of the member `event`.
    case events([(name: String, members: JSONMembers)])
  }

  /// What `hearth schema` calls it.
  let name: String
  let version: Int
  let about: String
  /// The commands that print it, as they are typed.
  let commands: [String]
  let body: Body

  init(_ name: String, version: Int = 1, _ about: String, by commands: [String], _ members: JSONMembers) {
    self.init(name, version: version, about, by: commands, body: .members(members))
  }

  init(_ name: String, version: Int = 1, _ about: String, by commands: [String], body: Body) {
    (self.name, self.version, self.about, self.commands, self.body) = (name, version, about, commands, body)
  }

  /// The value of `schema` in each document.
  var id: String { "hearth.\(name).v\(version)" }

  static let all: [JSONForm] = cluster + daily + local + cost + [event]

  static func named(_ name: String) -> JSONForm? { all.first { $0.name == name || $0.id == name } }

  /// Draft 2020-12, as text that ends with a line feed.
  func schema() -> String {
    let head: [(name: String, value: JSON)] = [
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")), ("title", .string(id)),
      ("description", .string(about)),
    ]
    let constant = (name: "schema", value: id)
    let members: [(name: String, value: JSON)] =
      switch body {
      case .members(let members): members.schema([constant])
      case .events(let events):
        [("oneOf", .array(events.map { .object($0.members.schema([constant, (name: "event", value: $0.name)])) }))]
      }
    return JSON.object(head + members).text() + "\n"
  }
}
