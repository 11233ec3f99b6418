import Foundation
import Inventory
import Schema
import Units

/// A price file as it is written.
struct PriceDocument: Sendable {
  var provider: Located<Provider?>?
  var defaults: OriginFields
  var families: [FamilyEntry]
  var instances: [InstanceEntry]
  var services: [ServiceEntry]
  var flexible: [FlexibleEntry]
  var rates: [RateEntry]
}

struct FamilyEntry: Sendable {
  var place: YAMLTree.Place
  var id: String?
  var name: String?
  var measuredOn: String?
  var vcpus: Int?
  var mips: Decimal?
  var holdsFor: [String]
  var origin: OriginFields
}

struct RateEntry: Sendable {
  var place: YAMLTree.Place
  var currency: Currency?
  var perEuro: Decimal?
  var origin: OriginFields
}

enum FileKeys {
  static let provider = Key(
    "provider", ProviderKeys.kind.located, example: "{id: hetzner, name: Hetzner Cloud}",
    "Who sells what the file lists. A file with rates or CPU families only needs none.")
  static let defaults = Key("defaults", OriginKeys.kind, "What holds for entries that do not say otherwise.")
  static let families = Key(
    "families", FamilyKeys.kind.list(), "Processors with a measured benchmark figure.")
  static let instances = Key("instances", InstanceKeys.kind.list(), "Virtual machine types.")
  static let services = Key("services", ServiceKeys.kind.list(), "What a cluster needs besides.")
  static let flexible = Key(
    "flexible", FlexibleKeys.kind.list(), "Machine types of which one chooses processors and memory.")
  static let rates = Key("rates", RateKeys.kind.list(), "Exchange rates, for one euro.")

  static let kind = Kind<PriceDocument>.object(
    "a price file", "Prices of one provider, CPU families or exchange rates.",
    keys: [provider, defaults, families, instances, flexible, services, rates]
  ) { fields in
    PriceDocument(
      provider: fields[provider], defaults: fields[defaults] ?? OriginFields(), families: fields[families] ?? [],
      instances: fields[instances] ?? [], services: fields[services] ?? [], flexible: fields[flexible] ?? [],
      rates: fields[rates] ?? [])
  }
}

enum ProviderKeys {
  static let id = Key(
    "id", Kind<String>.text(.providerID), required: true, example: "hetzner", "Short name, as commands use it.")
  static let name = Key(
    "name", Kind<String>.text(.words), required: true, example: "Hetzner Cloud", "Name, as people use it.")
  static let url = Key("url", Kind<String>.text(.url), "Where a person can look its prices up.")

  static let kind = Kind<Provider?>.object("the provider", "Who sells.", keys: [id, name, url]) { fields in
    guard let id = fields[id], let name = fields[name] else { return .some(nil) }
    return Provider(id: id, name: name, url: fields[url])
  }
}

enum FamilyKeys {
  static let id = Key(
    "id", Kind<String>.text(.providerID), required: true, example: "ampere-altra", "Short name, as instances use it.")
  static let name = Key("name", Kind<String>.text(.words), required: true, example: "Ampere Altra", "Name.")
  static let measuredOn = Key(
    "measuredOn", Kind<String>.text(.words), required: true, example: "Hetzner CAX11", "What was measured.")
  static let vcpus = Key(
    "vcpus", Kind<Int>.integer(1...1024), required: true, example: "2", "How many virtual CPUs that had.")
  static let mips = Key(
    "mips", Kind<Decimal>.decimal(.mips), required: true, example: "8060",
    "7-zip's own benchmark with all threads, total MIPS.")

  static let holdsFor = Key(
    "holdsFor", Kind<String>.text(.words).list(), example: "[hetzner/cx33]",
    "Machines with such processors, as PROVIDER/NAME, whose own entries name no family.")

  static let kind = Kind<FamilyEntry>.object(
    "a CPU family", "Processors with a measured benchmark figure.",
    keys: [id, name, measuredOn, vcpus, mips, holdsFor] + OriginKeys.all
  ) { fields in
    FamilyEntry(
      place: fields.place, id: fields[id], name: fields[name], measuredOn: fields[measuredOn], vcpus: fields[vcpus],
      mips: fields[mips], holdsFor: fields[holdsFor] ?? [], origin: OriginKeys.fields(fields))
  }
}

enum RateKeys {
  static let currency = Key(
    "currency", Kind<Currency>.currency, required: true, example: "USD", "The currency, by ISO 4217.")
  static let perEuro = Key(
    "perEuro", Kind<Decimal>.decimal(.rate), required: true, example: "1.08", "How many of them one euro buys.")

  static let kind = Kind<RateEntry>.object(
    "a rate", "How many units of a currency one euro buys.",
    keys: [currency, perEuro] + [OriginKeys.source, OriginKeys.date, OriginKeys.confidence, OriginKeys.note]
      as [any AnyKey]
  ) { fields in
    RateEntry(
      place: fields.place, currency: fields[currency], perEuro: fields[perEuro], origin: OriginKeys.fields(fields))
  }
}
