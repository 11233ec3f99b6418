import Foundation
import Testing

/// docs/background/architecture.md draws the layers that Package.swift makes.
struct LayerTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Name to names of this package's targets that it depends on.
  private static func targets(ofTests: Bool = false) throws -> [String: Set<String>] {
    let text = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    let declarations = text.matches(
      of:
        /\.(?<kind>target|executableTarget|testTarget)\(\s*name: "(?<name>[^"]+)"(?<rest>[^;]*?)(?=\n    \.|\n    \/\/|\n  \])/
    )
    var targets: [String: Set<String>] = [:]
    for declaration in declarations where (declaration.output.kind == "testTarget") == ofTests {
      let rest = declaration.output.rest.replacing(/\.product\([^)]*\)/, with: "").replacing(/\/\/[^\n]*/, with: "")
      let list = rest.firstMatch(of: /dependencies: \[([^\]]*)\]/)?.output.1 ?? ""
      targets[String(declaration.output.name)] = Set(list.matches(of: /"([^"]+)"/).map { String($0.output.1) })
    }
    return targets
  }

  /// From the top: each line of the drawing.
  private static func layers() throws -> [[String]] {
    let text = try String(contentsOf: root.appending(path: "docs/background/architecture.md"), encoding: .utf8)
    let drawing = text.firstMatch(of: /```layers\n((?:[^`]|`(?!``))*)```/)?.output.1 ?? ""
    return drawing.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
  }

  @Test func theDrawingNamesEveryTargetOnceAndArrowsPointDown() throws {
    let targets = try Self.targets().filter { !["TestSupport", "embed-files", "CBuild"].contains($0.key) }
    let layers = try Self.layers()
    #expect(targets.count > 20)
    #expect(layers.flatMap(\.self).sorted() == targets.keys.sorted())
    var level: [String: Int] = [:]
    for (index, names) in layers.enumerated() { for name in names { level[name] = index } }
    for (name, dependencies) in targets {
      for dependency in dependencies {
        guard let below = level[dependency] else { continue }
        #expect(level[name] ?? .max < below, "\(name) depends on \(dependency)")
      }
    }
  }

  /// What an import says and Package.swift does not need, or the other way round, is not a layer.
  @Test func everyDependencyIsImported() throws {
    for (name, dependencies) in try Self.targets() where name != "embed-files" {
      let imports = try Self.imports(name == "TestSupport" ? "Tests/Support" : "Sources/\(name)")
      #expect(dependencies.subtracting(imports) == [], "\(name) names targets that it does not import")
    }
  }

  /// A module that is imported and not named is there or not, as the build happens to come to it.
  @Test func everyImportIsNamed() throws {
    let (targets, tests) = (try Self.targets(), try Self.targets(ofTests: true))
    #expect(tests.count > 20)
    for (folder, all) in [("Sources", targets), ("Tests", tests)] {
      for (name, dependencies) in all {
        let imports = try Self.imports(name == "TestSupport" ? "Tests/Support" : "\(folder)/\(name)")
        #expect(imports.intersection(targets.keys).subtracting(dependencies) == [], "\(name)")
      }
    }
  }

  private static func imports(_ folder: String) throws -> Set<String> {
    let files = FileManager.default.enumerator(at: root.appending(path: folder), includingPropertiesForKeys: nil)
    var imports: Set<String> = []
    for case let file as URL in try #require(files) where file.pathExtension == "swift" {
      let text = try String(contentsOf: file, encoding: .utf8)
      imports.formUnion(text.matches(of: /(?m)^ *(?:@\w+ |package )*import ([A-Za-z0-9]+)/).map { String($0.output.1) })
    }
    return imports
  }
}
