import Foundation
import Testing

/// Swift 6.3 with `-O` loses the parts of a tuple that a child task returns from within `do throws(E)`: `hearth upgrade`
/// crashed and meters vanished in the release build, while every debug test passed. So no child task returns a tuple.
struct TaskGroupLintTests {
  /// Lines of a Swift text that start a task group of tuples, or return a tuple made with `try await` in one expression.
  static func offences(in text: String) -> [Int] {
    func line(_ index: String.Index) -> Int { text[..<index].utf8.count { $0 == UInt8(ascii: "\n") } + 1 }
    let pairs = text.matches(of: /typealias\s+(\w+)\s*=\s*\(/).filter { !text[$0.range.upperBound...].hasArrow }
      .map { String($0.output.1) }
    // withTaskGroup(of: (String, Int).self), over several lines, too; ThrowingTaskGroup<(String, Int), any Error>.
    let groups = text.matches(of: /TaskGroup(?:\s*\(\s*of:|\s*<)\s*(?:[A-Za-z.]+<\s*)?(\(|\w+)/).filter {
      $0.output.1 == "(" || pairs.contains(String($0.output.1))
    }
    // return (name, .success(try await read())), and the closure { (name, try await read()) }.
    let returned = text.matches(of: /(?:\breturn|addTask[^\n{]*\{)\s*(?=\()/).filter { match in
      let tuple = text[match.range.upperBound...].parenthesis
      return tuple.hasTopLevelComma && tuple.firstMatch(of: /\btry\s+await\b/) != nil && !tuple.isCallPrefix(in: text)
    }
    return Set(groups.map { line($0.range.lowerBound) } + returned.map { line($0.range.lowerBound) }).sorted()
  }

  /// Without comments: they may name what is forbidden.
  static func code(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      line.drop { $0 == " " }.hasPrefix("//") ? "" : String(line)
    }.joined(separator: "\n")
  }

  @Test(arguments: [
    ("withTaskGroup(of: (String, Int).self) { group in }", [1]),
    ("await withThrowingTaskGroup(\n  of: (String, Result<Int, E>).self\n) { group in }", [1]),
    ("withTaskGroup(of: Optional<(String, Int)>.self) { group in }", [1]),
    ("func f(_ group: inout TaskGroup<(String, Int)>) {}", [1]),
    ("\ngroup.addTask {\n  return (name, .success(try await read(name)))\n}", [3]),
    ("group.addTask {\n  return (\n    name,\n    Result.success(try await read(name)))\n}", [2]),
    ("withTaskGroup(of: Visit.self) { group in }", []),
    ("withTaskGroup(of: Result<[Key: File], E>.self) { group in }", []),
    ("let value = try await read(name)\nreturn Visit(name: name, value: value)", []),
    ("return (name, value)", []),
    ("group.addTask { (name, try await read(name)) }", [1]),
    ("typealias Pair = (String, Int)\nwithTaskGroup(of: Pair.self) { group in }", [2]),
    ("typealias Work = (String) -> Int\nwithTaskGroup(of: Work.self) { group in }", []),
    ("return (try await read(name)).count", []),
    ("return try await (first, second)", []),
  ])
  func `The lint sees what it should see`(_ text: String, _ lines: [Int]) {
    #expect(Self.offences(in: text) == lines)
  }

  @Test func `No child task returns a tuple`() throws {
    let project = URL(fileURLWithPath: #filePath).appending(path: "../../..").standardized
    var files = 0
    for folder in ["Sources", "Tests"] {
      let root = project.appending(path: folder)
      let paths = try FileManager.default.subpathsOfDirectory(atPath: root.path).filter {
        $0.hasSuffix(".swift") && !$0.hasSuffix("TaskGroupLintTests.swift")
      }
      for path in paths {
        files += 1
        let text = Self.code(try String(contentsOf: root.appending(path: path), encoding: .utf8))
        #expect(Self.offences(in: text) == [], "\(folder)/\(path): bind the value first and return a struct")
      }
    }
    #expect(files > 300, "the sources were not found")
  }
}

extension Substring {
  /// From its opening parenthesis to the one that closes it, both included.
  fileprivate var parenthesis: Substring {
    var depth = 0
    for index in indices {
      if self[index] == "(" { depth += 1 }
      if self[index] == ")" { depth -= 1 }
      if depth == 0 { return self[...index] }
    }
    return self
  }

  /// A comma between the elements of the outermost parentheses.
  fileprivate var hasTopLevelComma: Bool {
    var depth = 0
    for character in self {
      switch character {
      case "(", "[", "{": depth += 1
      case ")", "]", "}": depth -= 1
      case "," where depth == 1: return true
      default: break
      }
    }
    return false
  }

  /// Something follows that uses the value, such as `.count`: then no tuple is returned.
  fileprivate func isCallPrefix(in text: String) -> Bool { text[endIndex...].first == "." }

  /// The parameters of a function type are followed by an arrow, with words such as `async throws` before it.
  fileprivate var hasArrow: Bool { prefix { !$0.isNewline }.contains("->") }
}
