import Diagnostics
import Foundation
import Schema
import Units

enum CostKeys {
  static let tenth = Decimal(1, over: 10)
  static let months = Kind<Decimal>.decimal(
    DecimalShape("months", 6...240, reason: "computers are in use for half a year to twenty years"))

  static let third = Decimal(3, over: 10)

  /// Percent, as people write it: 25 is a quarter.
  ///
  /// - Parameter below: What is less than this, but not 0, is taken for a fraction of 1 and refused.
  static func share(
    _ range: ClosedRange<Decimal>, below fraction: Decimal = 0, reason: String? = nil
  ) -> Kind<Decimal> {
    let kind = Kind<Decimal>.decimal(DecimalShape("percent", range, reason: reason))
    return Kind(shape: kind.shape) { tree, decoding in
      guard let value = kind.decode(tree, &decoding) else { return nil }
      guard value > 0, value < fraction else { return value }
      decoding.add(
        "`\(decoding.key)` is \(value) percent, which looks like a fraction of 1", at: tree.place,
        hint: "write \(value * 100) for \(value * 100) %")
      return nil
    }
  }

  private static func amount(_ range: ClosedRange<Decimal>) -> Kind<Located<Decimal>> {
    Kind<Decimal>.decimal(DecimalShape("the currency's units", range)).located
  }

  static let currency = Key(
    "currency", Kind<Currency>.currency, fallback: "EUR",
    "ISO 4217 code of everything that is reported, and of the amounts in this file.")
  static let country = Key(
    "country", Kind<String>.text(.country).located, example: "DE",
    "Where the rack stands: published averages of the tariff, value-added tax and carbon.")
  static let tariff = Key(
    "tariff", TariffKeys.kind, fallback: "the published household average of `country`", example: "0.2872",
    "What a kilowatt-hour costs, with taxes.")
  static let utilisation = Key(
    "utilisation", share(0...100, below: 1).located, fallback: "what was measured, otherwise 20",
    "Percent of full load at which the boards run.")
  static let amortisation = Key(
    "amortisation",
    Kind<AmortisationMethod>.choice([
      (.straightLine, "The same part of the price each month."),
      (.annuity, "As a loan would be paid back, with `interest`."),
    ]).located, fallback: "straight-line", "How the price of hardware is spread over its life.")
  static let interest = Key(
    "interest", share(0...50, below: third, reason: "percent a year").located, fallback: "5 with annuity",
    "Percent a year that the money would earn or cost elsewhere.")
  static let life = Key("life", months.located, fallback: "48", "Months that hardware is meant to last.")
  static let residual = Key(
    "residual", share(0...95, below: 1).located, fallback: "0",
    "Percent of its price that hardware is worth after its life.")
  static let failures = Key(
    "failures", share(0...100, below: third).located, fallback: "3", "Percent of the hardware that fails in a year.")
  static let efficiency = Key(
    "supplyEfficiency",
    share(
      30...100,
      reason: "percent; a supply that loses more than two thirds would melt, and none gives more than it takes"
    ).located, fallback: "that of the supply's model, otherwise 88",
    "Percent of what the supply draws that reaches the rack.")
  static let internet = Key(
    "internet", amount(0...1_000_000), fallback: "0", "The rack's share of what your line costs a month.")
  static let admin = Key("admin", AdminKeys.kind, "The hours that the rack takes of you.")
  static let carbon = Key(
    "carbon",
    Kind<Decimal>.decimal(
      DecimalShape("grams", 0...1500, reason: "grams of CO₂ a kWh; coal alone makes about 1000")
    ).located, fallback: "the published average of `country`", "Grams of CO₂ that a kilowatt-hour causes.")
  static let tax = Key("tax", TaxKeys.kind, "Value-added tax: home prices have it, cloud price lists mostly do not.")
  static let cloud = Key("cloud", CloudKeys.kind, "What the same rack needs in a cloud besides machines.")
  static let prices = Key(
    "prices", Kind<String>.path.list(), example: "[./my-prices.yaml]",
    "Price lists of your own, such as negotiated prices; they are laid over those that hearth knows.")
  static let meters = Key("meters", MeterKeys.kind.list(), "Meters that `hearth cost track` reads.")

  static let kind = Kind<CostSection>.object(
    "the cost section", "What `hearth cost` reckons with. Whatever is missing is assumed, and called so in the report.",
    keys: [
      currency, country, tariff, utilisation, amortisation, interest, life, residual, failures, efficiency, internet,
      admin, carbon, tax, cloud, prices, meters,
    ]
  ) { fields in
    CostSection(
      currency: fields[currency], country: fields[country], tariff: fields[tariff], utilisation: fields[utilisation],
      method: fields[amortisation]?.value, interest: fields[interest], amortisationPlace: fields[amortisation]?.place,
      life: fields[life], residual: fields[residual], failures: fields[failures], efficiency: fields[efficiency],
      internet: fields[internet], admin: fields[admin] ?? AdminSection(), carbon: fields[carbon],
      vat: fields[tax]?.vat, treatment: fields[tax]?.treatment, cloud: fields[cloud] ?? CloudSection(),
      priceFiles: fields[prices] ?? [], meters: fields[meters] ?? [])
  }
}

enum AdminKeys {
  static let hours = Key(
    "hours",
    Kind<Decimal>.decimal(DecimalShape("hours", 0...730, reason: "a month has 730 hours")).located, fallback: "2",
    "Hours a month.")
  static let rate = Key(
    "rate", Kind<Decimal>.decimal(DecimalShape("the currency's units", 0...1_000_000)).located, fallback: "30 EUR",
    "What one of them is worth to you.")
  static let counted = Key(
    "counted", Kind<Bool>.truth, fallback: "no", "Whether they are part of the home's cost. Shown they are always.")

  static let kind = Kind<AdminSection>.object("admin", "Hours of work on the rack.", keys: [hours, rate, counted]) {
    AdminSection(hours: $0[hours], rate: $0[rate], isCounted: $0[counted])
  }
}

struct TaxSection: Sendable {
  var vat: Located<Decimal>?
  var treatment: TaxSettings.Treatment?
}

enum TaxKeys {
  static let vat = Key(
    "vat", CostKeys.share(0...40, below: 1).located, fallback: "the standard rate of `country`", example: "19",
    "Percent.")
  static let treatment = Key(
    "compare",
    Kind<TaxSettings.Treatment>.choice([
      (.gross, "Both sides with tax, as a private person pays."),
      (.net, "Both sides without, as a business pays."),
      (.asListed, "Each side as its prices are stated."),
    ]), fallback: "gross if the rate is known, otherwise as-listed", "On which side of the tax to compare.")

  static let kind = Kind<TaxSection>.object("tax", "Value-added tax.", keys: [vat, treatment]) {
    TaxSection(vat: $0[vat], treatment: $0[treatment])
  }
}

/// Keys of prices that a supplier or an exchange publishes.
enum LiveTariffKeys {
  static let source = Key(
    "from",
    Kind<LiveTariff.Source>.choice([
      (.tibber, "Tibber: your own price with everything in it; needs a token."),
      (.octopus, "Octopus Energy in Great Britain: a `product` and an `area`; prices with tax."),
      (.awattar, "aWATTar in Germany or Austria: the exchange's price; `area` is DE or AT."),
      (.entsoe, "The transparency platform of ENTSO-E: day-ahead prices of an `area`; needs a token."),
    ]), required: true, example: "awattar", "Who publishes them.")
  static let token = Key(
    "token", Kind<Secret<String>>.secret, example: "${TIBBER_TOKEN}", "Only a variable of the environment.")
  static let area = Key(
    "area", Kind<String>.text(.words), example: "DE",
    "Country of awattar, region letter of octopus such as C, bidding zone of entsoe such as 10Y1001A1001A82H.")
  static let product = Key(
    "product", Kind<String>.text(.words), example: "AGILE-24-10-01", "Only for octopus: the tariff's code.")
  static let surcharge = Key(
    "surcharge", Kind<Decimal>.decimal(DecimalShape("the currency's units a kWh", -10...1000)), fallback: "0",
    example: "0.18", "What your supplier, the grid and taxes add to a kWh, with tax.")
  static let vat = Key(
    "vat", CostKeys.share(0...40, below: 1), fallback: "0", example: "19",
    "Percent of tax on the published price, where that is without.")

  static let kind = Kind<LiveTariffSection>.object(
    "a live tariff", "Prices that are fetched.", keys: [source, token, area, product, surcharge, vat]
  ) { fields in
    fields[source].map {
      LiveTariffSection(
        source: $0, token: fields[token], area: fields[area], product: fields[product], surcharge: fields[surcharge],
        vat: fields[vat])
    }
  }
}
