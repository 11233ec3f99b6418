/// A value that is put into a template.
package indirect enum TemplateData: Sendable, Equatable {
  case text(String)
  case integer(Int)
  case bool(Bool)
  /// A whole shell program or a part of one, which goes into another program as it is: `{{{name}}}`.
  case program(String)
  case list([TemplateData])
  case map([String: TemplateData])
  /// A tree for structured templates.
  case json(JSONValue)
  /// Given, and nothing: its section is left out.
  case none
}

/// Marks a struct whose stored properties are the values of one template, by name.
package protocol TemplateValues: Sendable {}

/// Shell text that was made by hearth itself, from templates or constants, and may stand in a program as it is. Values
/// from people, hosts and files never do: they are words.
package struct ShellText: Sendable, Equatable {
  package let text: String
  package init(_ text: String) { self.text = text }
}

extension TemplateData {
  /// Strings, whole numbers, booleans, ``ShellText``, ``JSONValue``, structs that are ``TemplateValues``, and lists,
  /// dictionaries and optionals of these.
  package init(_ any: Any) throws(TemplateText.Fault) {
    switch any {
    case let data as TemplateData: self = data
    case let text as String: self = .text(text)
    case let text as Substring: self = .text(String(text))
    case let number as Int: self = .integer(number)
    case let bool as Bool: self = .bool(bool)
    // A fraction has no spelling that suits every file: it stands in trees only.
    case let number as Double: self = .json(.number(number))
    case let program as ShellText: self = .program(program.text)
    case let value as JSONValue: self = .json(value)
    case let values as any TemplateValues: self = .map(try Self.properties(of: values))
    case let list as [Any]:
      var all: [TemplateData] = []
      for item in list { all.append(try TemplateData(item)) }
      self = .list(all)
    case let map as [String: Any?]: self = .map(try Self.map(map))
    default:
      let mirror = Mirror(reflecting: any)
      guard mirror.displayStyle == .optional else {
        throw TemplateText.Fault("a template takes no values of the type \(type(of: any))")
      }
      if let wrapped = mirror.children.first { self = try TemplateData(wrapped.value) } else { self = .none }
    }
  }

  package static func map(_ values: [String: Any?]) throws(TemplateText.Fault) -> [String: TemplateData] {
    var all: [String: TemplateData] = [:]
    for (key, value) in values {
      if let value { all[key] = try TemplateData(value) } else { all[key] = TemplateData.none }
    }
    return all
  }

  package static func properties(of values: any TemplateValues) throws(TemplateText.Fault) -> [String: TemplateData] {
    var all: [String: TemplateData] = [:]
    for child in Mirror(reflecting: values).children {
      if let name = child.label { all[name] = try TemplateData(child.value) }
    }
    return all
  }
}
