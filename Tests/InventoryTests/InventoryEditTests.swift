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

/// Addresses change where they stand, and nothing else does.
struct InventoryReaddressTests {
  private static let moved = ["pi1": IPv4Address(bits: 0x0A01_0007), "pi3": IPv4Address(bits: 0x0A01_0009)]

  @Test func onlyTheAddressesChange() throws {
    let text = InventoryEditTests.head + InventoryEditTests.long
    let result = try InventoryEditTests.edit(text).readdressing(Self.moved)
    #expect(
      result
        == text.replacing("address: 10.0.0.1 ", with: "address: 10.1.0.7 ")
        .replacing("address: 10.0.0.3", with: "address: 10.1.0.9"))
    #expect(try InventoryEditTests.edit(result).readdressing(Self.moved) == result)
  }

  @Test func theShortFormWindowsAndQuotes() throws {
    let text = InventoryEditTests.head + "- {name: pi1, address: \"10.0.0.1\", roles: [control-plane, worker]}\n"
    let windows = text.replacing("\n", with: "\r\n")
    let result = try InventoryEditTests.edit(windows).readdressing(Self.moved)
    #expect(result == windows.replacing("10.0.0.1", with: "10.1.0.7"))
  }

  @Test func theEndpointFollowsItsNodeOrIsNamed() throws {
    let head = InventoryEditTests.head.replacing(
      "kubernetes: v1.36.2}", with: "kubernetes: v1.36.2, endpoint: {host: 10.0.0.1}}")
    let text = head + InventoryEditTests.long
    #expect(try InventoryEditTests.edit(text).readdressing(Self.moved).contains("endpoint: {host: 10.1.0.7}"))
    #expect(
      try InventoryEditTests.edit(text).readdressing(Self.moved, endpoint: "10.1.0.200")
        .contains("endpoint: {host: 10.1.0.200}"))
    #expect(throws: HearthErrors.self) {
      try InventoryEditTests.edit(InventoryEditTests.head + InventoryEditTests.long)
        .readdressing(Self.moved, endpoint: "10.1.0.200")
    }
  }

  @Test func addressesForServicesAreNamed() throws {
    let head = InventoryEditTests.head.replacing(
      "kubernetes: v1.36.2}", with: "kubernetes: v1.36.2, loadBalancer: {addresses: 10.0.0.200-219}}")
    let text = head + InventoryEditTests.long
    #expect(try InventoryEditTests.edit(text).readdressing(Self.moved).contains("addresses: 10.0.0.200-219}"))
    let result = try InventoryEditTests.edit(text).readdressing(Self.moved, services: "10.1.0.200-219")
    #expect(result.contains("addresses: 10.1.0.200-219}") && !result.contains("10.0.0.200"))
    #expect(throws: HearthErrors.self) {
      try InventoryEditTests.edit(text).readdressing(Self.moved, services: "some")
    }
    #expect(throws: HearthErrors.self) {
      try InventoryEditTests.edit(InventoryEditTests.head + InventoryEditTests.long)
        .readdressing(Self.moved, services: "10.1.0.200")
    }
  }

  @Test func whatMachinesCannotChangeIsRefused() throws {
    // Two nodes at one address would be no inventory.
    let twice = InventoryEditTests.edit(InventoryEditTests.head + InventoryEditTests.long)
    #expect(throws: HearthErrors.self) { try twice.readdressing(["pi1": IPv4Address(bits: 0x0A00_0002)]) }
    let named = InventoryEdit(
      text: InventoryEditTests.head + "- {name: pi1, address: \"${RACK_PI1}\", roles: [control-plane, worker]}\n",
      file: "hearth.yaml", environment: ["HOME": "/root", "RACK_PI1": "10.0.0.1"])
    #expect(throws: HearthErrors.self) { try named.readdressing(Self.moved) }
  }
}
