package import Diagnostics
import Foundation
import Inventory
package import Units
import Untrusted

extension PriceSeries {
  package static func load(path: String, currency: Currency) throws(HearthError) -> PriceSeries {
    let text: String
    do throws(HearthError) {
      text = try PlainText.read(path, code: .inventory).text
    } catch {
      throw HearthError(
        .inventory, "the price series cannot be read", subject: Subject(file: path),
        cause: error.cause ?? error.message,
        command: "ls -l \(path.shellQuoted)")
    }
    return try parse(text, file: path, currency: currency)
  }

  /// Reads lines with a time and a price. The separator is a comma, semicolon or tab; a header may name the columns and
  /// the unit. What is not as expected is refused with its line, or read under an assumption that is stated.
  package static func parse(_ text: String, file: String, currency: Currency) throws(HearthError) -> PriceSeries {
    var reader = SeriesReader(file: file, currency: currency)
    return try reader.read(text)
  }
}

/// The state of reading one file.
struct SeriesReader {
  let file: String
  let currency: Currency
  private var separator: Character = ","
  private var assumptions: [String] = []
  /// Of the price.
  private var column: Int?
  private var divisor: Decimal = 1
  private var hasLocalTimes = false

  init(file: String, currency: Currency) {
    self.file = file
    self.currency = currency
  }

  mutating func read(_ text: String) throws(HearthError) -> PriceSeries {
    let clean = text.hasPrefix("\u{FEFF}") ? String(text.dropFirst()) : text
    let lines = clean.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    if lines.contains(where: { $0.contains(";") }) {
      separator = ";"
    } else if lines.contains(where: { $0.contains("\t") }) {
      separator = "\t"
    }
    var points: [(point: PriceSeries.Point, line: Int)] = []
    for (index, line) in lines.enumerated() {
      let fields = fields(line)
      if fields.allSatisfy(\.isEmpty) || line.hasPrefix("#") { continue }
      let place = Subject(file: file, line: index + 1)
      guard let time = SeriesTime(fields[0]) else {
        if points.isEmpty, column == nil, fields.count > 1, number(fields[1]) == nil {
          try takeHeader(fields, place)
          continue
        }
        throw wrong(line, place)
      }
      hasLocalTimes = hasLocalTimes || time.isLocal
      if column == nil { try findColumn(fields, line, place) }
      guard let column, column < fields.count, let price = number(fields[column]) else { throw wrong(line, place) }
      try check(price.value / divisor, written: price.value, place)
      if price.hasComma { assume("decimal commas were read as points") }
      points.append((PriceSeries.Point(time: time.date, price: price.value / divisor), index + 1))
    }
    guard !points.isEmpty else {
      throw HearthError(
        .inventory, "the price series is empty", subject: Subject(file: file),
        hint: "write lines such as 2026-01-31T13:00:00Z,0.2541")
    }
    if hasLocalTimes { assume("times without an offset were taken as UTC") }
    return PriceSeries(points: try sorted(points), currency: currency, assumptions: assumptions)
  }

  private mutating func assume(_ words: String) {
    if !assumptions.contains(words) { assumptions.append(words) }
  }

  /// Cells of a line; quotes keep separators inside a cell.
  private func fields(_ line: Substring) -> [String] {
    var cells: [String] = [""]
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == separator, !isQuoted {
        cells.append("")
      } else {
        cells[cells.count - 1].append(character)
      }
    }
    return cells.map { $0.trimmingCharacters(in: .whitespaces) }
  }

  /// Which column is the price, and in which unit, by names that suppliers use.
  private mutating func takeHeader(_ names: [String], _ place: Subject) throws(HearthError) {
    let lower = names.map { $0.lowercased() }
    let tiers: [[String]] = [
      ["gross", "brutto", "inc_vat", "inc vat", "incl", "with tax", "total", "endkunde"],
      ["price", "preis", "prix", "value", "amount", "cost", "kosten", "rate"],
    ]
    let candidates = lower.indices.dropFirst()
    for tier in tiers {
      let matching = candidates.filter { index in
        tier.contains { lower[index].contains($0) } && !lower[index].contains("exc") && !lower[index].contains("netto")
      }
      if matching.count == 1 { column = matching[0] }
      if !matching.isEmpty { break }
    }
    if column == nil, candidates.count == 1 { column = 1 }
    guard let column else {
      throw HearthError(
        .inventory, "it is not clear which of the columns \(names.joined(separator: ", ")) is the price",
        subject: place,
        hint: "keep two columns: the time, and what a kWh costs with taxes")
    }
    if candidates.count > 1 { assume("the column `\(names[column])` was taken as the price") }
    let unit = lower[column]
    if unit.contains("mwh") {
      divisor = 1000
      assume("prices of a MWh were divided by 1000")
    } else if unit.contains("ct/") || unit.contains("cent") || unit.contains("pence") || unit.contains("rp/") {
      divisor = 100
      assume("hundredths of the currency were divided by 100")
    }
  }

  /// Without a header, or behind one that has two columns.
  private mutating func findColumn(_ fields: [String], _ line: Substring, _ place: Subject) throws(HearthError) {
    let numeric = fields.indices.dropFirst().filter { number(fields[$0]) != nil }
    guard numeric.count <= 1 else {
      let isComma = fields.count == 3 && separator == ","
      throw HearthError(
        .inventory, "`\(line)` has \(numeric.count) numbers, and it is not clear which is the price", subject: place,
        hint: isComma
          ? "write a decimal point, or quotes around the number; or keep two columns, the time and the price with taxes"
          : "keep two columns, or name them in a first line: time,price")
    }
    column = numeric.first ?? 1
  }

  private func wrong(_ line: Substring, _ place: Subject) -> HearthError {
    HearthError(
      .inventory, "`\(line.prefix(120))` is not a time and price", subject: place,
      hint: "write lines such as 2026-01-31T13:00:00Z,0.2541")
  }

  /// `0.2541`, `0,2541`, `1,234.56`, `1.234,56`; nil for what could be read in two ways.
  private func number(_ text: String) -> (value: Decimal, hasComma: Bool)? {
    if let value = Decimal(exact: text) { return (value, false) }
    guard text.contains(",") else { return nil }
    if let comma = text.lastIndex(of: ","), let point = text.lastIndex(of: ".") {
      let isGrouped = comma < point
      let plain =
        isGrouped ? text.replacing(",", with: "") : text.replacing(".", with: "").replacing(",", with: ".")
      return Decimal(exact: plain).map { ($0, !isGrouped) }
    }
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    guard parts.count == 2, let whole = parts.first else { return nil }
    // `1,234` may be a thousand and more.
    if parts[1].count == 3, let digits = Int(whole), digits != 0 { return nil }
    return Decimal(exact: text.replacing(",", with: ".")).map { ($0, true) }
  }

  private func check(_ price: Decimal, written: Decimal, _ place: Subject) throws(HearthError) {
    let bounds = Magnitude.scaled(-1...5, to: currency)
    if bounds.contains(price) { return }
    let flat = Magnitude.scaled(Decimal(5, over: 1000)...2, to: currency)
    var ways: [String] = []
    if flat.contains(price / 100) { ways.append("of cents: name the column ct/kWh, or divide by 100") }
    if flat.contains(price / 1000) { ways.append("of a MWh: name the column EUR/MWh, or divide by 1000") }
    throw HearthError(
      .inventory, "\(written) \(currency) for a kWh is not plausible", subject: place,
      hint: (ways.isEmpty ? "" : "It may be a price \(ways.joined(separator: "; or ")). ")
        + "Exchanges quote a MWh: divide by 1000, and add taxes and fees.")
  }

  private func sorted(_ points: [(point: PriceSeries.Point, line: Int)]) throws(HearthError) -> [PriceSeries.Point] {
    let times = points.map(\.point.time)
    // Some suppliers send the newest first.
    let isDescending =
      times.count > 2 && zip(times, times.dropFirst()).allSatisfy { $0 > $1 && $0.timeIntervalSince($1) <= 86_400 }
    if isDescending { return points.map(\.point).reversed() }
    for (earlier, later) in zip(points, points.dropFirst()) where later.point.time <= earlier.point.time {
      let place = Subject(file: file, line: later.line)
      let back = earlier.point.time.timeIntervalSince(later.point.time)
      if hasLocalTimes, back <= 3600 {
        throw HearthError(
          .inventory, "an hour comes twice here", subject: place,
          hint: "clocks went back: write times with their offset, as in 2025-10-26T02:00:00+01:00")
      }
      if back == 0 {
        throw HearthError(.inventory, "this time is priced twice", subject: place, hint: "keep one of the two lines")
      }
      throw HearthError(.inventory, "the time goes back here", subject: place, hint: "sort the lines by time")
    }
    return points.map(\.point)
  }
}
