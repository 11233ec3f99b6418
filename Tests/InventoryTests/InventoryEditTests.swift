import Diagnostics
import Testing

@testable import Inventory

/// Single lines change; everything else stays as its owner wrote it.
struct InventoryEditTests {
  static let head = """
    cluster: {name: home, kubernetes: v1.36.2}
    defaults: {ssh: {user: pi}}
    # The rack.
    nodes:

    """
  static let long = """
    - name: pi1
      address: 10.0.0.1   # by the window
      roles: [control-plane]
    # pi2 is the loud one
    - name: pi2
      address: 10.0.0.2
      roles: [worker]

    - name: pi3
      address: 10.0.0.3
      roles: [worker]
    # the end
    """.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  \($0)" }
    .joined(separator: "\n")

  static func edit(_ text: String) -> InventoryEdit {
    InventoryEdit(text: text, file: "hearth.yaml", environment: ["HOME": "/root"])
  }

  static let pi4 = Node(name: "pi4", address: IPv4Address(bits: 0x0A00_0004), roles: [.worker])

  @Test func takesOutExactlyItsLines() throws {
    let text = Self.head + Self.long
    let result = try Self.edit(text).removing("pi2")
    let gone = "  - name: pi2\n    address: 10.0.0.2\n    roles: [worker]\n"
    #expect(result == text.replacing(gone, with: ""))
  }

  @Test func takesOutTheLast() throws {
    let text = Self.head + Self.long
    let result = try Self.edit(text).removing("pi3")
    #expect(result.hasSuffix("roles: [worker]\n\n  # the end"))
  }

  @Test func addsBehindTheLast() throws {
    let text = Self.head + Self.long
    let result = try Self.edit(text).adding(Self.pi4)
    #expect(result.hasSuffix("  - name: pi4\n    address: 10.0.0.4\n    roles: [worker]\n  # the end"))
    #expect(result.replacing("  - name: pi4\n    address: 10.0.0.4\n    roles: [worker]\n", with: "") == text)
  }

  @Test func writesAsTheOthersDo() throws {
    let text = Self.head + "- {name: pi1, address: 10.0.0.1, roles: [control-plane, worker]}\n"
    let result = try Self.edit(text).adding(Self.pi4)
    #expect(result == text + "- {name: pi4, address: 10.0.0.4, roles: [worker]}\n")
    #expect(try Self.edit(result).removing("pi4") == text)
  }

  @Test func whatIsNotThereStaysAway() throws {
    let text = Self.head + Self.long
    #expect(try Self.edit(text).removing("pi9") == text)
  }

  /// Without pi2 there would be two control planes, which no inventory may say.
  @Test func anInvalidRestIsNotWritten() throws {
    let text =
      Self.head + (1...3).map { "- {name: pi\($0), address: 10.0.0.\($0), roles: [control-plane, worker]}\n" }.joined()
    #expect(throws: HearthErrors.self) { try Self.edit(text).removing("pi2") }
  }

  @Test func listsInOneLineAreLeftToTheirOwner() throws {
    let text =
      "cluster: {name: home, kubernetes: v1.36.2}\n"
      + "nodes: [{name: pi1, address: 10.0.0.1, roles: [control-plane]}, {name: pi2, address: 10.0.0.2, roles: [worker]}]\n"
    #expect(throws: HearthErrors.self) { try Self.edit(text).removing("pi2") }
  }
}
