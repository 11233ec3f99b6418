package import Foundation

/// JSON whose members keep their order, so that what is printed is the same every time.
package indirect enum JSON: Sendable {
  case string(String)
  case integer(Int)
  case decimal(Decimal)
  case boolean(Bool)
  case array([JSON])
  case object([(name: String, value: JSON)])

  /// Two spaces a level; arrays and objects without members on one line.
  package func text(indentation: Int = 0) -> String {
    let inner = String(repeating: " ", count: indentation + 2)
    let outer = String(repeating: " ", count: indentation)
    switch self {
    case .string(let text): return JSON.quote(text)
    case .integer(let number): return String(number)
    case .decimal(let number): return "\(number)"
    case .boolean(let value): return String(value)
    case .array(let elements) where elements.isEmpty: return "[]"
    case .object(let members) where members.isEmpty: return "{}"
    case .array(let elements):
      let lines = elements.map { inner + $0.text(indentation: indentation + 2) }
      return "[\n" + lines.joined(separator: ",\n") + "\n\(outer)]"
    case .object(let members):
      let lines = members.map { "\(inner)\(JSON.quote($0.name)): \($0.value.text(indentation: indentation + 2))" }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(outer)}"
    }
  }

  private static func quote(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
