package import Diagnostics
import Foundation
package import Inventory
import Units

/// A rack that exists on the command line only.
package struct PlanDraft: Sendable {
  private var board: String
  private var nodes: Int
  private var price: String?
  private var extras: String?
  private var extraWatts: String
  private var tariff: String?
  private var country: String?
  private var currency: String

  package init(
    board: String, nodes: Int, price: String?, extras: String?, extraWatts: String, tariff: String?, country: String?,
    currency: String
  ) {
    self.board = board
    self.nodes = nodes
    self.price = price
    self.extras = extras
    self.extraWatts = extraWatts
    self.tariff = tariff
    self.country = country
    self.currency = currency
  }

  /// - Throws: ``HearthError`` `usage` for the first flag that makes no sense.
  package func rack() throws(HearthError) -> Rack {
    guard (1...200).contains(nodes) else {
      throw HearthError(.usage, "--nodes: \(nodes) is not a number of nodes", hint: "give 1 to 200")
    }
    guard let currency = Currency(currency) else {
      throw HearthError(.usage, "--currency: `\(self.currency)` is not a known currency", hint: "write EUR or USD")
    }
    var purchase = Purchase()
    if let price {
      purchase.price = Stated(try OptionNumber.price(price, "--price", currency), at: Subject(step: "--price"))
    }
    var rack = Rack(
      cluster: Cluster(name: "plan", kubernetes: .current),
      nodes: (1...nodes).map { number in
        var node = Node(
          name: "node\(number)", address: IPv4Address(bits: 0xC000_0200 + UInt32(number)),
          roles: number == 1 ? [.controlPlane, .worker] : [.worker], hardware: board, source: Subject(step: "--board"))
        node.purchase = purchase
        return node
      })
    let money = try OptionNumber.price(extras ?? "0", "--extras", currency)
    let watts = Watts(try OptionNumber.decimal(extraWatts, "--extra-watts", 0...2000, "watts"))
    rack.hardware.others = [
      RackHardware.Item(
        name: "extras", purchase: Purchase(price: Stated(money, at: Subject(step: "--extras"))),
        power: PowerDraw(constant: watts), subject: Subject(step: "--extra-watts"))
    ]
    rack.cost.currency = currency
    if let tariff {
      rack.cost.tariff = Stated(
        .flat(try OptionNumber.tariff(tariff, "--tariff", currency)), at: Subject(step: "--tariff"))
    }
    if let country { rack.cost.country = Stated(country.uppercased(), at: Subject(step: "--country")) }
    return rack
  }
}
