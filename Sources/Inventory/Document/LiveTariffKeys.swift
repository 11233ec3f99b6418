import Diagnostics
import Foundation

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
