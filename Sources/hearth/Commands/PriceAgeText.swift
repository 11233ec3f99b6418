import Diagnostics
import Prices
import Units

/// How old each provider's prices are, and what may be said with them.
struct PriceAgeText {
  let book: PriceBook
  let today: Day

  func render() -> String {
    var lines = ["\("provider".padding(16))  \("newest".padding(12))  \("age".padding(18))  usable of all"]
    for age in book.ages(on: today) {
      let mark = !age.isFresh ? "  stale: left out of the headline" : age.newest.needsWarning ? "  old" : ""
      lines.append(
        "\(age.provider.name.padding(16))  \((age.newestDay.map { "\($0)" } ?? "unknown").padding(12))  "
          + "\("\(age.newest)".padding(18))  \(age.usable) of \(age.all)\(mark)")
    }
    if let rate = book.rates[.usd] {
      let age = PriceAge(of: rate.source, on: today)
      lines.append("\nEUR 1 = USD \(rate.perEuro.brief), \(age)" + (age.needsWarning ? ": old" : ""))
    }
    lines.append(
      "\nolder than \(PriceAge.warningDays) days: used with a warning; older than \(PriceAge.limitDays) days: shown and "
        + "marked, but not used for the headline")
    if let refusal = book.headline(on: today).refusal { lines.append(refusal) }
    return lines.joined(separator: "\n") + "\n"
  }
}

/// The same for programs.
struct PriceAgeDocument: Encodable {
  struct Entry: Encodable {
    var id: String
    var name: String
    var newest: String?
    var ageDays: Int?
    var usable: Int
    var all: Int
    var fresh: Bool
  }

  struct Fetched: Encodable {
    var id: String
    var prices: Int
    var changed: Int
    var skipped: [String: Int]
    var error: String?
    var missingToken: String?
  }

  var today: String
  var providers: [Entry]
  var headline: Bool
  var fetched: [Fetched]

  init(book: PriceBook, today: Day, results: [PriceUpdater.Result]) {
    self.today = "\(today)"
    providers = book.ages(on: today).map {
      Entry(
        id: $0.provider.id, name: $0.provider.name, newest: $0.newestDay.map { "\($0)" }, ageDays: $0.newest.days,
        usable: $0.usable, all: $0.all, fresh: $0.isFresh)
    }
    headline = book.headline(on: today).isAllowed
    fetched = results.map {
      Fetched(
        id: $0.provider.id, prices: $0.book.instances.count, changed: $0.changed, skipped: $0.skipped,
        error: ($0.failure ?? $0.kept)?.message, missingToken: $0.missingToken)
    }
  }
}
