import Units

/// How one number of a report came about: `hearth cost report --explain` prints these.
package struct Derivation: Sendable, Equatable {
  package struct Input: Sendable, Equatable {
    /// As the formula names it.
    package var symbol: String
    package var value: String
    package var origin: Origin

    package init(_ symbol: String, _ value: some CustomStringConvertible, _ origin: Origin) {
      self.symbol = symbol
      self.value = "\(value)"
      self.origin = origin
    }

    package init<Value: CustomStringConvertible>(_ symbol: String, _ sourced: Sourced<Value>) {
      self.init(symbol, sourced.value, sourced.origin)
    }
  }

  /// Stable, such as `home.electricity`.
  package var id: String
  package var title: String
  package var formula: String
  package var inputs: [Input]
  package var result: String
  package var notes: [String]

  package init(
    _ id: String, _ title: String, formula: String, inputs: [Input], result: some CustomStringConvertible,
    notes: [String] = []
  ) {
    self.id = id
    self.title = title
    self.formula = formula
    self.inputs = inputs
    self.result = "\(result)"
    self.notes = notes
  }
}

extension Derivation {
  /// A paragraph for the terminal; inputs that say the same share a line.
  package var text: String {
    var lines = ["\(id): \(title) = \(result)", "  formula: \(formula)"]
    let inputs = grouped
    let width = inputs.map(\.symbol.count).max() ?? 0
    for input in inputs {
      let symbol = input.symbol + String(repeating: " ", count: width - input.symbol.count)
      lines.append("    \(symbol) = \(input.value)   [\(input.origin)]")
    }
    lines += notes.map { "  note: \($0)" }
    return lines.joined(separator: "\n")
  }

  /// Inputs that say the same, together.
  var grouped: [Input] {
    var result: [Input] = []
    for input in inputs {
      if let same = result.firstIndex(where: { $0.value == input.value && $0.origin == input.origin }) {
        result[same].symbol += ", \(input.symbol)"
      } else {
        result.append(input)
      }
    }
    return result
  }
}
