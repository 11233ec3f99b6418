import Foundation
import Inventory
import Schema
import Units

extension PriceDocument {
  /// Fills entries from the defaults and checks what only several keys together can tell. Mistakes are added to
  /// `decoding`; what is wrong is left out.
  func book(_ decoding: inout Decoding) -> PriceBook {
    let seller = provider?.value
    if seller == nil, provider == nil, let first = (instances.map(\.place) + services.map(\.place)).min() {
      decoding.add(
        "a price file with instances or services needs a `provider`", at: first,
        hint: "add `provider: {id: acme, name: Acme Cloud}` at the top")
    }
    let id = seller?.id ?? ""
    checkTwins(&decoding)
    return PriceBook(
      providers: [seller].compactMap(\.self),
      instances: instances.compactMap { instance($0, id, &decoding) },
      services: services.compactMap { service($0, id, &decoding) },
      flexible: flexible.compactMap { machine($0, id, &decoding) },
      families: families.compactMap { family($0, &decoding) },
      rates: ExchangeRates(rates.compactMap { rate($0, &decoding) }))
  }

  private func instance(_ entry: InstanceEntry, _ provider: String, _ decoding: inout Decoding) -> InstanceOffer? {
    let origin = entry.origin.or(defaults)
    guard let source = source(origin, at: entry.place, &decoding),
      let currency = value(origin, \.currency, "currency", "EUR", at: entry.place, &decoding),
      let tax = value(origin, \.tax, "tax", "net", at: entry.place, &decoding),
      let region = value(origin, \.region, "region", "eu-central", at: entry.place, &decoding),
      let name = entry.name, let architecture = entry.architecture, let vcpus = entry.vcpus, let memory = entry.memory,
      let price = entry.price, let unit = entry.unit,
      let quote = Quote(Money(price, currency), per: unit, tax: tax, source: source)
    else { return nil }
    if let doubt = Plausibility.doubt(memory: memory, vcpus: vcpus) {
      decoding.add(doubt.message, at: entry.place, hint: doubt.hint)
      return nil
    }
    return InstanceOffer(
      provider: provider, name: name, region: region, architecture: architecture, vcpus: vcpus,
      memory: Gibibytes(memory), family: entry.family?.value, isBurstable: entry.isBurstable, term: entry.term,
      availability: entry.availability, included: entry.included, quote: quote)
  }

  private func service(_ entry: ServiceEntry, _ provider: String, _ decoding: inout Decoding) -> ServiceOffer? {
    let origin = entry.origin.or(defaults)
    if entry.isFree == entry.hasPrice {
      decoding.add(
        entry.isFree ? "a free service has no `price`" : "a service lacks `price`", at: entry.place,
        hint: entry.isFree ? "remove `price` or `free`" : "add `price` and `per`, or `free: yes` if it is given away")
      return nil
    }
    guard let source = source(origin, at: entry.place, &decoding),
      let region = value(origin, \.region, "region", "eu-central", at: entry.place, &decoding),
      let kind = entry.kind, let name = entry.name
    else { return nil }
    if entry.isFree {
      return ServiceOffer(
        free: kind, provider: provider, name: name, region: region, availability: entry.availability, source: source)
    }
    guard entry.unit != nil || entry.hasUnit else {
      decoding.add("a service with a price lacks `per`", at: entry.place, hint: "add `per: hour`, `month`, …")
      return nil
    }
    guard let currency = value(origin, \.currency, "currency", "EUR", at: entry.place, &decoding),
      let tax = value(origin, \.tax, "tax", "net", at: entry.place, &decoding),
      let price = entry.price, let unit = entry.unit,
      let quote = Quote(Money(price, currency), per: unit, tax: tax, source: source)
    else { return nil }
    guard kind.units.contains(unit) else {
      let units = kind.units.map { "`\($0.rawValue)`" }.joined(separator: " or ")
      decoding.add("`\(kind.rawValue)` is sold per \(units), not per `\(unit.rawValue)`", at: entry.place)
      return nil
    }
    if let doubt = Plausibility.doubt(quote, of: kind) {
      decoding.add(doubt.message, at: entry.place, hint: doubt.hint)
      return nil
    }
    return ServiceOffer(
      provider: provider, kind: kind, name: name, region: region, freePerMonth: entry.freePerMonth,
      availability: entry.availability, quote: quote)
  }

  private func machine(_ entry: FlexibleEntry, _ provider: String, _ decoding: inout Decoding) -> FlexibleOffer? {
    let origin = entry.origin.or(defaults)
    guard let source = source(origin, at: entry.place, &decoding),
      let currency = value(origin, \.currency, "currency", "USD", at: entry.place, &decoding),
      let tax = value(origin, \.tax, "tax", "net", at: entry.place, &decoding),
      let region = value(origin, \.region, "region", "all", at: entry.place, &decoding),
      let name = entry.name, let architecture = entry.architecture,
      let processor = entry.perProcessor.flatMap({ Quote(Money($0, currency), per: .hour, tax: tax, source: source) }),
      let memory = entry.perGibibyte.flatMap({ Quote(Money($0, currency), per: .hour, tax: tax, source: source) })
    else { return nil }
    let isFree = entry.freeProcessorHours != nil || entry.freeGibibyteHours != nil
    return FlexibleOffer(
      provider: provider, name: name, region: region, architecture: architecture, family: entry.family?.value,
      vcpusPerProcessor: entry.vcpusPerProcessor, mostProcessors: entry.mostProcessors,
      memoryPerProcessor: Gibibytes(entry.memoryPerProcessor), availability: entry.availability, processor: processor,
      memory: memory,
      free: isFree
        ? FlexibleOffer.Allowance(
          processorHours: entry.freeProcessorHours ?? 0, gibibyteHours: entry.freeGibibyteHours ?? 0) : nil)
  }

  private func family(_ entry: FamilyEntry, _ decoding: inout Decoding) -> CPUFamily? {
    guard let source = source(entry.origin.or(defaults), at: entry.place, &decoding), let id = entry.id,
      let name = entry.name, let measuredOn = entry.measuredOn, let vcpus = entry.vcpus, let mips = entry.mips
    else { return nil }
    return CPUFamily(
      id: id, name: name, measuredOn: measuredOn, vcpus: vcpus, performance: Performance(mips), source: source,
      holdsFor: entry.holdsFor)
  }

  private func rate(_ entry: RateEntry, _ decoding: inout Decoding) -> ExchangeRates.Rate? {
    guard let source = source(entry.origin.or(defaults), at: entry.place, &decoding), let currency = entry.currency,
      let perEuro = entry.perEuro
    else { return nil }
    if currency == .eur, perEuro != 1 {
      decoding.add("one euro buys one euro", at: entry.place, hint: "remove the rate")
      return nil
    }
    if let doubt = Plausibility.doubt(rate: perEuro, of: currency) {
      decoding.add(doubt.message, at: entry.place, hint: doubt.hint)
      return nil
    }
    return ExchangeRates.Rate(currency: currency, perEuro: perEuro, source: source)
  }

  private func source(_ origin: OriginFields, at place: YAMLTree.Place, _ decoding: inout Decoding) -> PriceSource? {
    guard value(origin, \.source, "source", "https://…", at: place, &decoding) != nil else { return nil }
    guard let source = origin.priceSource else {
      if origin.broken.contains("date") { return nil }
      decoding.add(
        "the price lacks `date`", at: place,
        hint: "add the day on which it was valid, or `date: unknown`, or put it "
          + "into `defaults`")
      return nil
    }
    return source
  }

  private func value<Value>(
    _ origin: OriginFields, _ path: KeyPath<OriginFields, Value?>, _ key: String, _ example: String,
    at place: YAMLTree.Place, _ decoding: inout Decoding
  ) -> Value? {
    let value = origin[keyPath: path]
    if value == nil, !origin.broken.contains(key) {
      decoding.add(
        "the entry lacks `\(key)`", at: place, hint: "add `\(key): \(example)` to it, or to `defaults` for all")
    }
    return value
  }

  private func checkTwins(_ decoding: inout Decoding) {
    var seen: [String: YAMLTree.Place] = [:]
    for entry in instances {
      guard let name = entry.name else { continue }
      let region = entry.origin.or(defaults).region ?? ""
      let identity = "\(name) in \(region), \(entry.term.rawValue)"
      if let first = seen[identity] {
        decoding.add(
          "\(identity) is priced twice, first in line \(first.line)", at: entry.place, hint: "keep one of them")
      }
      seen[identity] = entry.place
    }
  }
}

extension ServiceOffer.Kind {
  /// How such a thing is sold.
  var units: [BillingUnit] {
    switch self {
    case .controlPlane, .publicIPv4, .loadBalancer: [.hour, .month]
    case .blockStorage: [.gigabyteMonth]
    case .egress: [.gigabyte]
    case .containerCPU: [.vcpuHour]
    case .containerMemory: [.gibibyteHour]
    }
  }
}
