import Diagnostics
import Foundation
import Schema
import Units

extension Located where Value: Equatable {
  func stated(_ decoding: Decoding) -> Stated<Value> { Stated(value, at: decoding.subject(place)) }
  func stated<Other>(_ decoding: Decoding, _ change: (Value) -> Other) -> Stated<Other> {
    Stated(change(value), at: decoding.subject(place))
  }
}

extension CostSettings {
  init(_ section: CostSection, _ decoding: Decoding) {
    self.init()
    let currency = section.currency ?? .eur
    self.currency = currency
    country = section.country?.stated(decoding)
    tariff = section.tariff.map { Stated(Tariff($0.value, currency: currency), at: decoding.subject($0.place)) }
    utilisation = section.utilisation?.stated(decoding) { .percent($0) }
    if let place = section.amortisationPlace ?? section.interest?.place {
      let isAnnuity = section.method.map { $0 == .annuity } ?? (section.interest != nil)
      amortisation = Stated(
        isAnnuity ? .annuity(interest: .percent(section.interest?.value ?? 5)) : .straightLine,
        at: decoding.subject(place))
    }
    life = section.life?.stated(decoding) { Months($0) }
    residual = section.residual?.stated(decoding) { .percent($0) }
    failures = section.failures?.stated(decoding) { .percent($0) }
    efficiency = section.efficiency?.stated(decoding) { .percent($0) }
    internet = section.internet?.stated(decoding) { Money($0, currency) }
    admin.hours = section.admin.hours?.stated(decoding) { Hours($0) }
    admin.rate = section.admin.rate?.stated(decoding) { Price($0, currency) }
    admin.isCounted = section.admin.isCounted ?? false
    carbon = section.carbon?.stated(decoding) { GramsCO2($0) }
    tax.vat = section.vat?.stated(decoding) { .percent($0) }
    tax.treatment = section.treatment
    cloud = CloudNeeds(section.cloud, decoding)
    priceFiles = section.priceFiles
    meters = section.meters.compactMap { MeterDeclaration($0, decoding) }
  }
}

extension CloudNeeds {
  fileprivate init(_ section: CloudSection, _ decoding: Decoding) {
    self.init()
    controlPlane = section.controlPlane ?? .own
    diskPerNode = section.disk?.stated(decoding) { Gigabytes($0) }
    egress = section.egress?.stated(decoding) { Gigabytes($0) }
    addresses = section.addresses?.stated(decoding)
    loadBalancers = section.loadBalancers?.stated(decoding)
    regions = section.regions ?? []
  }
}

extension Tariff {
  fileprivate init(_ section: TariffSection, currency: Currency) {
    switch section {
    case .flat(let price): self = .flat(Price(price, currency))
    case .series(let path): self = .series(path: path)
    case .live(let live):
      self = .live(
        LiveTariff(
          source: live.source, token: live.token, area: live.area, product: live.product,
          surcharge: Price(live.surcharge ?? 0, currency), vat: .percent(live.vat ?? 0)))
    case .zones(let zones):
      self = .byClock(
        zones.compactMap { zone in
          guard let price = zone.price, let from = zone.from, let to = zone.to else { return nil }
          return TariffZone(
            name: zone.name ?? "\(from / 60):00-\(to / 60):00", price: Price(price.value, currency), from: from, to: to,
            weekdays: Set(zone.weekdays), months: Set(zone.months))
        })
    }
  }
}

extension MeterDeclaration {
  fileprivate init?(_ section: MeterSection, _ decoding: Decoding) {
    guard let name = section.name?.value, let kind = section.kind, let covers = section.covers else { return nil }
    self.init(
      name: name, kind: kind, url: section.url?.value, channel: section.channel ?? 0,
      path: section.entity ?? section.ain ?? section.query ?? section.path,
      unit: section.unit ?? .watts, covers: covers.map(\.value),
      isBehindSupply: section.isBehindSupply ?? (kind == .pmic), subject: decoding.subject(section.place))
    token = section.token
    user = section.user ?? "admin"
    password = section.password
  }
}

extension Purchase {
  init(_ section: PurchaseSection?, currency: Currency, _ decoding: Decoding) {
    self.init(
      price: section?.price?.stated(decoding) { Money($0, section?.currency ?? currency) }, date: section?.date?.value,
      life: section?.life.map { Months($0) }, residual: section?.residual.map { .percent($0) },
      failures: section?.failures.map { .percent($0) })
  }
}

extension RackHardware {
  init(_ section: RackSection, currency: Currency, _ decoding: Decoding) {
    func item(_ section: ItemSection) -> Item { Item(section, currency: currency, decoding) }
    self.init(
      networkSwitch: section.networkSwitch.map(item), supply: section.supply.map(item), ups: section.ups.map(item),
      others: section.others.map(item))
  }
}

extension RackHardware.Item {
  init(_ section: ItemSection, currency: Currency, _ decoding: Decoding) {
    self.init(
      name: section.name, model: section.model, count: section.count ?? 1,
      purchase: Purchase(section.purchase, currency: currency, decoding), power: section.power?.draw,
      subject: decoding.subject(section.place))
  }
}
