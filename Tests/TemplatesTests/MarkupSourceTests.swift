import Foundation
import Testing

/// Every string in Swift that reads like HTML, JSON, YAML or a unit: what is put into it is quoted where it was made, or
/// is of a kind that cannot be more than it is. Such files belong into `templates/`.
struct MarkupSourceTests {
  /// What may stand there, each with its reason: a pattern for the expression, and where.
  static let allowed: [(expression: String, file: String, reason: String)] = [
    (#"^YAMLText\.quoted\(|\.map\(YAMLText\.quoted\)|^YAMLText\.list\("#, "", "quoted by the one function"),
    (#"^result\.(threads|mips)$|^today$"#, "Sources/hearth/Commands/BenchCPUCommand.swift", "numbers"),
    (
      #"^instance$|^id\.trimmingCharacters"#, "Sources/hearth/Commands/BenchCPUCommand.swift",
      "checked before: letters, digits, blanks and ._-/ only"
    ),
    (#"^query$"#, "Sources/Prices/Tariffs/TariffFeed+Suppliers.swift", "made of constants and a whole number"),
    (
      #"^(indent|node\.name|node\.address|roles)$"#, "Sources/Inventory/Edit/InventoryEdit.swift",
      "a checked name, a typed address, words of an enumeration"
    ),
    (#"^(first\.)?currency$|^known$"#, "Sources/Cost/Home/PriceSeries+Live.swift", "codes of three letters, in a hint"),
    (#"^(known|currency)$"#, "Sources/Prices/Book/ExchangeRates.swift", "codes of three letters, in a hint"),
    (
      #"^ratio\.plain$|^plain\((cores|memory)\.value\)$|^element$"#, "Sources/Cost/Report/ReportFOCUS.swift",
      "numbers, and what is made of them"
    ),
    (#"^\$0$"#, "Sources/SSH/Root/Privilege.swift", "a checked name, in a hint"),
    (#"^name$"#, "Sources/Inventory/Draft/InventoryDraft+Text.swift", "a variable's name, read back as such"),
  ]

  /// Words of hearth's lines for people.
  static let sentences = #"^\s*(note|warning|error|cluster|next|benchmark|Components): |whole: the cluster"#

  static let shapes = [
    // HTML and SVG.
    #"<[a-zA-Z][^<>\n]*\x{1}|\x{1}</[a-z]"#,
    // JSON, and YAML's maps on one line.
    #""\w+"\s*:[^"]*\x{1}|"\w+"\s*:\s*"[^"]*\x{1}"#, #"\{(?:[^{}\n]*,)?\s*\w+:\s+["']?\x{1}"#,
    // YAML over several lines, and its items.
    #"\n\s*(?:- )?[\w.-]+:\s+[\["']?\x{1}"#, #"^\s*(?:- )?[\w.-]+:\s+[\["']?\x{1}.*\n"#, #"^\s*- \w+: \x{1}"#,
    // Units and files of assignments.
    #"(?:^|\n)[A-Z][A-Za-z]+=\x{1}.*\n"#,
  ]

  static func pasted(in text: String, file: String) throws -> [ShellSourceTests.Found] {
    let shapes = try shapes.map { try Regex($0) }
    let sentence = try Regex(sentences)
    let rules = try allowed.filter { $0.file.isEmpty || $0.file == file }.map { try Regex($0.expression) }
    var found: [ShellSourceTests.Found] = []
    for literal in SwiftLiterals(text, mark: "\u{1}").all where !literal.expressions.isEmpty {
      guard shapes.contains(where: { literal.text.contains($0) }), !literal.text.contains(sentence) else { continue }
      for expression in literal.expressions where !rules.contains(where: { expression.contains($0) }) {
        found.append(.init(file: file, line: literal.line, expression: expression))
      }
    }
    return found
  }

  @Test func nothingIsPastedIntoMarkup() throws {
    var found: [ShellSourceTests.Found] = []
    for file in ShellSourceTests.sources where !file.hasPrefix("Sources/fuzz-decoders/") {
      let text = try String(contentsOf: ShellSourceTests.root.appending(path: file), encoding: .utf8)
      found += try Self.pasted(in: text, file: file)
    }
    #expect(found.isEmpty, "\(found.map(\.description).joined(separator: "\n"))")
  }

  @Test(arguments: [
    (#"let a = "<td>\(name)</td>""#, ["name"]), (#"let a = "<a href=\(url)>""#, ["url"]),
    (##"let a = #"{"name":"\#(name)"}"#"##, ["name"]), (##"let a = #"{"count": \#(count)}"#"##, ["count"]),
    ("let a = \"\"\"\n  kind: Node\n  name: \\(name)\n  \"\"\"", ["name"]),
    (#"let a = "{mirror: \(url)}""#, ["url"]), (#"let a = "{mirror: \(YAMLText.quoted(url))}""#, []),
    (#"let a = "- name: \(name)""#, ["name"]), (#"let a = "[Service]\nUser=\(user)\n""#, ["user"]),
    (#"let a = "note: \(note)\n""#, []), (#"let a = "\(count) < \(most), so more""#, []),
    (#"let a = "failed: \(reason)""#, []), (#"// "<td>\(name)</td>""#, []),
  ])
  func theSearchFindsThem(_ source: String, _ wanted: [String]) throws {
    #expect(try Self.pasted(in: source, file: "x.swift").map(\.expression) == wanted)
  }
}
