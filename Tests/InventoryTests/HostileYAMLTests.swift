import Diagnostics
import Foundation
import Inventory
import Testing

/// Inventories from elsewhere: what would take for ever or all memory is refused, and what nobody sees is named.
@Suite struct HostileYAMLTests {
  private static let bomb = (0..<9).reduce("x0: &x0 [lol]\n") { text, level in
    text + "x\(level + 1): &x\(level + 1) [\(Array(repeating: "*x\(level)", count: 10).joined(separator: ", "))]\n"
  }

  static let documents: [(name: String, text: String)] = [
    ("aliases in lists", bomb), ("aliases in maps", bomb.replacing("[", with: "{a: [").replacing("]", with: "]}")),
    ("aliases as keys", bomb + "? *x9\n: y\n"), ("aliases as keys in braces", bomb + "z: {*x9 : y}\n"),
    ("a list of aliases as a key", bomb + "z: {[*x9]: y}\n"), ("lists", String(repeating: "[", count: 200_000)),
    ("maps", String(repeating: "{a: ", count: 100_000)), ("dashes", String(repeating: "- ", count: 100_000) + "x"),
    ("lines", (0..<3000).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
    ("nothing but quotes", String(repeating: "\"", count: 100_001)),
    ("keys given twice", (0..<5000).map { _ in "a: 1\n" }.joined()),
    ("tags", String(repeating: "!!a ", count: 10_000) + "x"),
    ("anchors", String(repeating: "&a ", count: 10_000) + "x"),
    ("a self-reference", "a: &a [*a]\n"), ("merges", bomb + "<<: *x9\n"),
    ("a large document", String(repeating: "# words\n", count: 3 << 20)),
  ]

  @Test(arguments: documents.map(\.name)) func `Is refused at a bounded cost`(name: String) throws {
    let text = try #require(Self.documents.first { $0.name == name }?.text)
    let errors = #expect(throws: HearthErrors.self) {
      try InventoryFile.decode(text: text, file: "x.yaml", environment: [:])
    }
    #expect((errors?.errors.count ?? 0) > 0)
  }

  @Test(arguments: [0, 5, 150, 30_000], [0, 30_000]) func `Of an endless line the place is shown`(
    before: Int, after: Int
  ) {
    let words = { String(repeating: "x, ", count: $0) }
    let errors = #expect(throws: HearthErrors.self) {
      try InventoryFile.decode(text: "a: [\(words(before))@, \(words(after))y]\n", file: "x.yaml", environment: [:])
    }
    let output = errors?.errors.first?.output ?? []
    #expect(output.count == 2 && output.allSatisfy { $0.count <= 200 })
    #expect(output.last?.firstIndex(of: "^").map { output[0][$0] } == "@")
  }

  @Test func `Ordinary aliases are fine`() throws {
    let text = """
      cluster: {name: home, kubernetes: v1.36.3}
      nodes:
        - {name: n1, address: 10.0.0.1, roles: &roles [control-plane, worker]}

      """
    #expect(try InventoryFile.decode(text: text, file: "x.yaml", environment: [:]).nodes.count == 1)
  }

  private static let fine =
    "cluster: {name: home, kubernetes: v1.36.3}\nnodes:\n"
    + "  - {name: n1, address: 10.0.0.1, roles: [control-plane, worker]}\n"

  private func load(_ bytes: [UInt8]) throws -> Rack {
    let file = NSTemporaryDirectory() + "hearth-\(UInt32.random(in: 0 ... .max)).yaml"
    try Data(bytes).write(to: URL(fileURLWithPath: file))
    defer { try? FileManager.default.removeItem(atPath: file) }
    return try InventoryFile.load(path: file, environment: [:])
  }

  @Test func `A byte order mark and CR LF change nothing`() throws {
    let plain = try load(Array(Self.fine.utf8))
    let windows = Array(Self.fine.utf8).flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
    #expect(try load([0xEF, 0xBB, 0xBF] + windows).nodes.map(\.name) == plain.nodes.map(\.name))
  }

  @Test(
    arguments: [
      ([0xFF], 1, 1), (Array("a: 1\nb: é\n".utf8) + [0xE9], 3, 1), ([0x61, 0x00], 1, 2),
      ([0xFF, 0xFE, 0x61, 0x00], nil, nil),
    ] as [([UInt8], Int?, Int?)])
  func `What is not UTF-8 is named with its place`(bytes: [UInt8], line: Int?, column: Int?) {
    let errors = #expect(throws: HearthErrors.self) { try load(bytes) }
    #expect(errors?.errors.first?.subject.line == line)
    #expect(errors?.errors.first?.subject.column == column)
    #expect(errors?.errors.first?.message.contains("UTF") == true)
  }

  @Test(arguments: ["name: n1", "{name"]) func `A no-break space is named where it breaks something`(part: String) {
    let text = Self.fine.replacing(part, with: part.replacing(" ", with: "\u{A0}").replacing("{", with: "\u{A0}{"))
    let errors = #expect(throws: HearthErrors.self) {
      try InventoryFile.decode(text: text, file: "x.yaml", environment: [:])
    }
    #expect(errors?.errors.contains { $0.cause?.contains("a no-break space (U+00A0)") == true } == true)
  }

  @Test(arguments: ["pipe", "/dev/zero"]) func `A named pipe or a device is not an inventory`(name: String) throws {
    var path = name
    if name == "pipe" {
      path = NSTemporaryDirectory() + "hearth-\(UInt32.random(in: 0 ... .max))"
      #expect(mkfifo(path, 0o600) == 0)
    }
    defer { if name == "pipe" { unlink(path) } }
    let errors = #expect(throws: HearthErrors.self) { try InventoryFile.load(path: path, environment: [:]) }
    #expect(errors?.errors.first?.message.contains(name == "pipe" ? "a named pipe" : "a device") == true)
  }

  @Test func `An edited file keeps its own line ends`() throws {
    let windows = Self.fine.replacing("\n", with: "\r\n") + "# end\r\n"
    let node = Node(name: "n2", address: try #require(IPv4Address("10.0.0.2")), roles: [.worker])
    let text = try InventoryEdit(text: windows, file: "x.yaml", environment: [:]).adding(node)
    #expect(!text.utf8.enumerated().contains { $0 > 0 && $1 == 0x0A && Array(text.utf8)[$0 - 1] != 0x0D })
    #expect(text.hasSuffix("# end\r\n"))
  }
}
