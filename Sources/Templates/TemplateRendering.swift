extension TemplateText {
  package typealias Insert = (_ value: TemplateData, _ name: String, _ isRaw: Bool) throws(Fault) -> String

  /// Puts values in. Every tag must have one, also those in parts that are left out; only what stands in the section of an
  /// absent value or of an empty list cannot be looked at.
  ///
  /// - Parameter insert: makes the text that stands for a value.
  package func render(_ values: [String: TemplateData], insert: Insert) throws(Fault) -> String {
    var text = ""
    try Self.render(parts, [.map(values)], into: &text, insert)
    return text
  }

  private static func render(
    _ parts: [Part], _ stack: [TemplateData], into text: inout String, _ insert: Insert
  ) throws(Fault) {
    for part in parts {
      switch part {
      case .text(let plain): text += plain
      case .value(let name, let isRaw):
        let value = try find(name, stack)
        if case .none = value { throw Fault("the value of {{\(name)}} is absent") }
        text += try insert(value, name, isRaw)
      case .section(let name, let isInverted, let inner):
        let value = try find(name, stack)
        let stacks = stacks(of: value, on: stack)
        if isInverted, stacks.isEmpty {
          try render(inner, stack, into: &text, insert)
        } else if isInverted || value == .bool(false) {
          try check(inner, stack)
        } else {
          for stack in stacks { try render(inner, stack, into: &text, insert) }
        }
      }
    }
  }

  /// Looks for the values of what is left out.
  private static func check(_ parts: [Part], _ stack: [TemplateData]) throws(Fault) {
    for part in parts {
      switch part {
      case .text: continue
      case .value(let name, _): _ = try find(name, stack)
      case .section(let name, let isInverted, let inner):
        let value = try find(name, stack)
        if isInverted || value == .bool(false) { try check(inner, stack) }
        if !isInverted { for stack in stacks(of: value, on: stack) { try check(inner, stack) } }
      }
    }
  }

  /// What a section is rendered with: the same values for `true`, and with one more for a value or each item of a list.
  private static func stacks(of value: TemplateData, on stack: [TemplateData]) -> [[TemplateData]] {
    switch value {
    case .none: []
    case .bool(let isTrue): isTrue ? [stack] : []
    case .list(let items): items.map { stack + [$0] }
    default: [stack + [value]]
    }
  }

  private static func find(_ name: String, _ stack: [TemplateData]) throws(Fault) -> TemplateData {
    if name == ".", let top = stack.last { return top }
    let steps = name.split(separator: ".").map(String.init)
    for context in stack.reversed() {
      guard case .map(let members) = context, let first = steps.first, var value = members[first] else { continue }
      for step in steps.dropFirst() {
        guard case .map(let inner) = value, let next = inner[step] else {
          throw Fault("there is no value for {{\(name)}}")
        }
        value = next
      }
      return value
    }
    throw Fault("there is no value for {{\(name)}}")
  }
}
