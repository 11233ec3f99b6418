import Diagnostics
import Foundation
import Schema
import Units

/// `cost`, `purchase`, `watts` and the items of `rack` as they are written.
struct CostSection: Sendable {
  var currency: Currency?
  var country: Located<String>?
  var tariff: Located<TariffSection>?
  var utilisation: Located<Decimal>?
  var method: AmortisationMethod?
  var interest: Located<Decimal>?
  var amortisationPlace: Place?
  var life: Located<Decimal>?
  var residual: Located<Decimal>?
  var failures: Located<Decimal>?
  var efficiency: Located<Decimal>?
  var internet: Located<Decimal>?
  var admin = AdminSection()
  var carbon: Located<Decimal>?
  var vat: Located<Decimal>?
  var treatment: TaxSettings.Treatment?
  var cloud = CloudSection()
  var priceFiles: [String] = []
  var meters: [MeterSection] = []
}

enum AmortisationMethod: String, Sendable {
  case straightLine = "straight-line"
  case annuity
}

enum TariffSection: Sendable {
  case flat(Decimal)
  case zones([ZoneSection])
  case series(String)
  case live(LiveTariffSection)
}

struct LiveTariffSection: Sendable {
  var source: LiveTariff.Source
  var token: Secret<String>?
  var area: String?
  var product: String?
  var surcharge: Decimal?
  var vat: Decimal?
}

struct ZoneSection: Sendable {
  var place: Place
  var name: String?
  var price: Located<Decimal>?
  /// Minutes of the day.
  var from: Int?
  var to: Int?
  /// 1 is Monday; empty means every day.
  var weekdays: [Int] = []
  /// 1 is January; empty means all year.
  var months: [Int] = []
}

struct AdminSection: Sendable {
  var hours: Located<Decimal>?
  var rate: Located<Decimal>?
  var isCounted: Bool?
}

struct CloudSection: Sendable {
  var controlPlane: CloudNeeds.ControlPlane?
  var disk: Located<Decimal>?
  var egress: Located<Decimal>?
  var addresses: Located<Int>?
  var loadBalancers: Located<Int>?
  var regions: [String]?
}

struct MeterSection: Sendable {
  var place: Place
  var name: Located<String>?
  var kind: MeterDeclaration.Kind?
  var url: Located<String>?
  var channel: Int?
  var path: String?
  var unit: MeterDeclaration.Unit?
  var covers: [Located<String>]?
  var isBehindSupply: Bool?
  var entity: String?
  var ain: String?
  var query: String?
  var token: Secret<String>?
  var user: String?
  var password: Secret<String>?
}

struct PurchaseSection: Sendable {
  var price: Located<Decimal>?
  var currency: Currency?
  var date: Located<Day>?
  var life: Decimal?
  var residual: Decimal?
  var failures: Decimal?

  func over(_ defaults: PurchaseSection?) -> PurchaseSection {
    PurchaseSection(
      price: price ?? defaults?.price, currency: price == nil ? currency ?? defaults?.currency : currency,
      date: date ?? defaults?.date, life: life ?? defaults?.life, residual: residual ?? defaults?.residual,
      failures: failures ?? defaults?.failures)
  }
}

struct PowerSection: Sendable {
  var idle: Located<Decimal>
  var load: Located<Decimal>
  var isAtWall = false

  var draw: PowerDraw { PowerDraw(idle: Watts(idle.value), load: Watts(load.value), isAtWall: isAtWall) }
}

struct ItemSection: Sendable {
  var place: Place
  var name: String
  var model: String?
  var count: Int?
  var purchase: PurchaseSection?
  var power: PowerSection?
}

struct RackSection: Sendable {
  var networkSwitch: ItemSection?
  var supply: ItemSection?
  var ups: ItemSection?
  var others: [ItemSection] = []

  var all: [ItemSection] { [networkSwitch, supply, ups].compactMap { $0 } + others }
}
