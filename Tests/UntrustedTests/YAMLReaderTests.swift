import Foundation
import Testing

/// YAML of somebody else is read within bounds, wherever it is read.
struct YAMLReaderTests {
  /// Files that read YAML without asking what it may cost, each with its reason.
  static let allowed = [
    "Sources/Inventory/Releases/ReleaseTable+YAML.swift": "part of hearth",
    "Sources/Inventory/Settings/OwnSettings.swift": "the rules, part of hearth",
    "Sources/Inventory/Settings/FeatureGates.swift": "part of hearth",
    "Sources/Templates/JSONValue.swift": "the reader of templates; others look first",
    "Sources/Untrusted/YAML/YAMLBudget.swift": "the bounds themselves",
  ]

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func readsWithoutBounds(_ text: String) throws -> Bool {
    let reader = try Regex(#"compose(_all)?\(yaml:|load(_all)?\(yaml:|YAMLDecoder\(\)|\.documents\(yaml:"#)
    return text.contains(reader) && !text.contains("YAMLBudget.")
  }

  @Test func everyReaderLooksFirst() throws {
    let folder = Self.root.appending(path: "Sources").path
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
      $0.hasSuffix(".swift") && !$0.hasPrefix("fuzz-decoders/")
    }
    #expect(names.count > 400)
    var found: Set<String> = []
    for name in names {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      if try Self.readsWithoutBounds(text) { found.insert("Sources/\(name)") }
    }
    #expect(found == Set(Self.allowed.keys))
  }

  @Test(arguments: [
    ("try Yams.compose(yaml: text)", true), ("YAMLDecoder().decode(X.self, from: text)", true),
    ("JSONValue.documents(yaml: text)", true), ("try YAMLBudget.compose(text, file: file, code: .local)", false),
    ("try YAMLBudget.check(node); try compose(yaml: text)", false), ("// composed of YAML", false),
  ])
  func theSearchFindsThem(_ source: String, _ isFound: Bool) throws {
    #expect(try Self.readsWithoutBounds(source) == isFound)
  }
}
