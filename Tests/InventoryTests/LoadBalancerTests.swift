import Diagnostics
import Inventory
import Testing

struct LoadBalancerTests {
  @Test(arguments: [
    ("192.168.1.200-219", "192.168.1.200-219", 20), ("192.168.1.200-192.168.1.219", "192.168.1.200-219", 20),
    ("192.168.1.200", "192.168.1.200", 1), ("192.168.1.200-200", "192.168.1.200", 1),
    ("192.168.1.250-192.168.2.9", "192.168.1.250-192.168.2.9", 16),
  ])
  func `A range is its first and its last address`(_ text: String, _ description: String, _ count: Int) throws {
    let range = try #require(AddressRange(text))
    #expect(range.description == description && range.count == count && range.addresses.count == count)
    #expect(range.contains(range.first) && range.contains(range.last))
    #expect(!range.contains(IPv4Address(bits: range.last.bits + 1)))
    #expect(AddressRange(description) == range)
  }

  @Test(arguments: [
    "", "-", "192.168.1", "192.168.1.200-", "-192.168.1.200", "192.168.1.200-199", "192.168.1.200-256",
    "192.168.1.200-1.219", "192.168.1.200-219-220", "192.168.1.200/28", "192.168.1.200-0219", "a-b",
  ])
  func `What is not a range is none`(_ text: String) { #expect(AddressRange(text) == nil) }

  private func decode(_ cluster: String) throws -> Rack {
    try InventoryFile.decode(
      text: """
        cluster:
          name: home
          \(cluster)
        nodes:
          - {name: pi1, address: 192.168.1.11, roles: [control-plane, worker]}
          - {name: pi4, address: 192.168.1.14}
        """, file: "x.yaml", environment: ["HOME": "/home/me"])
  }

  @Test func `Services get the addresses that the inventory names`() throws {
    let balancer = try decode("loadBalancer: {addresses: 192.168.1.200-219}").cluster.loadBalancer
    #expect(balancer == AddressRange("192.168.1.200-219").map { LoadBalancer(addresses: $0) } && balancer != nil)
    #expect(try decode("kubernetes: v1.36.2").cluster.loadBalancer == nil)
  }

  @Test(arguments: [
    ("192.168.1.10-12", "", ["the addresses 192.168.1.10-12 hold 192.168.1.11, which pi1 has"]),
    ("10.244.3.1-9", "", ["the addresses 10.244.3.1-9 lie inside the pods network 10.244.0.0/16"]),
    ("10.100.3.1-9", "", ["the addresses 10.100.3.1-9 lie inside the services network 10.96.0.0/12"]),
    ("192.168.1.250-255", "", ["the addresses 192.168.1.250-255 hold one that ends in .0 or .255"]),
    (
      "192.168.1.20-200", "",
      ["the addresses 192.168.1.20-200 are 181, or differ in more than their last number"]
    ),
    (
      "192.168.1.250-192.168.2.5", "",
      ["the addresses 192.168.1.250-192.168.2.5 are 12, or differ in more than their last number"]
    ),
    (
      "169.254.1.1-9", "",
      ["169.254.1.1-9 cannot be addresses for Services: 169.254.0.0/16 stands for link-local addresses"]
    ),
    (
      "192.168.1.200-219", "endpoint: {host: 192.168.1.210}",
      ["the addresses 192.168.1.200-219 hold 192.168.1.210, which is the endpoint"]
    ),
    (
      "192.168.2.200-219", "endpoint: {host: 192.168.1.210, virtual: yes}",
      ["the addresses 192.168.2.200-219 hold one with the last number of the virtual endpoint 192.168.1.210"]
    ),
    ("192.168.2.200-219", "endpoint: {host: 192.168.1.210}", []),
    (
      "192.168.1.219-200", "",
      ["`addresses` must be an IPv4 address, or a range such as 192.168.1.200-219, not `192.168.1.219-200`"]
    ),
  ])
  func `Addresses that others have are refused with their place`(
    _ range: String, _ more: String, _ messages: [String]
  ) throws {
    let text = "loadBalancer: {addresses: \(range)}" + (more.isEmpty ? "" : "\n  \(more)")
    do throws(HearthErrors) {
      let rack = try decodeTyped(text)
      #expect(messages.isEmpty && rack.cluster.loadBalancer != nil)
    } catch {
      #expect(error.errors.map(\.message) == messages)
      #expect(error.errors.allSatisfy { $0.subject.line == 3 })
    }
  }

  private func decodeTyped(_ text: String) throws(HearthErrors) -> Rack {
    do { return try decode(text) } catch let errors as HearthErrors { throw errors } catch { throw HearthErrors([]) }
  }
}
