import Schema

/// The JSON Schema of inventories, for editors that complete and check YAML by it.
package enum InventorySchema {
  /// What such a file is called when hearth writes it beside an inventory.
  package static let fileName = "inventory.schema.json"

  /// The comment that points the YAML language server to a schema; the first line of an inventory.
  package static func editorLine(schema: String = fileName) -> String { "# yaml-language-server: $schema=\(schema)" }

  /// Draft 2020-12, as text that ends with a line feed. It is printed from the same keys by which inventories are read,
  /// so it accepts what hearth accepts, except for the rules that compare several values.
  package static func json() -> String {
    guard case .object(let members) = InventoryKeys.kind.shape.schema else { return "{}\n" }
    let head: [(name: String, value: JSON)] = [
      ("$schema", .string("https://json-schema.org/draft/2020-12/schema")),
      ("title", .string("hearth inventory")),
    ]
    let substitution = JSON.object([
      ("description", .string("Replaced from the environment: ${NAME} or ${NAME:-default}.")),
      ("type", .string("string")),
      ("pattern", .string(#"\$\{[A-Za-z_][A-Za-z0-9_]*(:-[^}]*)?\}"#)),
    ])
    let definitions: [(name: String, value: JSON)] = [
      ("$defs", .object([("substitution", substitution)]))
    ]
    return JSON.object(head + members + definitions).text() + "\n"
  }
}

extension Shape {
  /// Every scalar may also come from the environment, where the schema cannot look into it.
  private static let substitution = JSON.object([("$ref", .string("#/$defs/substitution"))])

  var schema: JSON {
    let alternatives = schemaAlternatives
    return alternatives.count == 1 ? alternatives[0] : .object([("anyOf", .array(alternatives))])
  }

  private var schemaAlternatives: [JSON] {
    switch self {
    case .text(let text): return [text.schema, Self.substitution]
    case .integer(let range):
      let limits: [(name: String, value: JSON)] = [
        ("type", .string("integer")), ("minimum", .integer(range.lowerBound)), ("maximum", .integer(range.upperBound)),
      ]
      return [.object(limits), Self.substitution]
    case .decimal(let decimal):
      let limits: [(name: String, value: JSON)] = [
        ("type", .string("number")), ("minimum", .decimal(decimal.range.lowerBound)),
        ("maximum", .decimal(decimal.range.upperBound)),
      ]
      return [.object(limits), Self.substitution]
    case .choice(let choices):
      let constants = choices.map { JSON.object([("const", .string($0.value)), ("description", .string($0.doc))]) }
      return constants + [Self.substitution]
    case .secret:
      return [.object([("type", .string("string")), ("pattern", .string(#"^\$\{[A-Za-z_][A-Za-z0-9_]*\}$"#))])]
    case .list(let element, let minimum):
      let size: [(name: String, value: JSON)] = minimum > 0 ? [("minItems", .integer(minimum))] : []
      return [.object([("type", .string("array")), ("items", element.schema)] + size)]
    case .map(let keys, let values):
      return [
        .object([
          ("type", .string("object")),
          ("propertyNames", .object([("pattern", .string(keys.anchoredPattern))])),
          ("additionalProperties", Shape.text(values).schema),
        ])
      ]
    case .tree(let names):
      return [
        .object([
          ("type", .string("object")),
          ("propertyNames", .object([("pattern", .string(names.anchoredPattern))])),
        ])
      ]
    case .object(let object): return [object.schema]
    case .either(let shapes):
      return shapes.flatMap(\.schemaAlternatives)
    }
  }
}

extension TextShape {
  var anchoredPattern: String { "^(?:\(pattern))$" }

  var schema: JSON {
    .object([
      ("type", .string("string")), ("pattern", .string(anchoredPattern)), ("examples", .array([.string(example)])),
    ])
  }
}

extension ObjectShape {
  var schema: JSON {
    var members: [(name: String, value: JSON)] = [
      ("description", .string(doc)), ("type", .string("object")), ("additionalProperties", .boolean(false)),
    ]
    let required = keys.filter(\.isRequired).map { JSON.string($0.name) }
    if !required.isEmpty { members.append(("required", .array(required))) }
    if exactlyOne { members += [("minProperties", .integer(1)), ("maxProperties", .integer(1))] }
    members.append(("properties", .object(keys.map { ($0.name, $0.schema) })))
    return .object(members)
  }
}

extension KeyShape {
  /// The schema of the value, with this key's own description.
  var schema: JSON {
    let description = fallback.map { "\(doc) Without it: \($0)." } ?? doc
    guard case .object(let members) = shape.schema else { return shape.schema }
    return .object([("description", .string(description))] + members.filter { $0.name != "description" })
  }
}
