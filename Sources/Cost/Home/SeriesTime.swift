import Foundation
import Units

/// A moment as price lists write it: ISO 8601 with an offset or without, or seconds or milliseconds since 1970.
struct SeriesTime {
  let date: Date
  /// It names no offset.
  let isLocal: Bool

  /// Nil for what is not a time.
  init?(_ text: String) {
    if let seconds = Int(text), (9...13).contains(text.count), text.allSatisfy(\.isASCII) {
      // Thirteen digits are milliseconds until the year 2286.
      date = Date(timeIntervalSince1970: text.count == 13 ? Double(seconds) / 1000 : Double(seconds))
      isLocal = false
      return
    }
    var rest = Array(text.utf8)[...]
    guard rest.count >= 16, let day = Day(text.prefix(10)) else { return nil }
    rest = rest.dropFirst(10)
    guard rest.first == 0x54 || rest.first == 0x20 else { return nil }
    rest = rest.dropFirst()
    guard let hour = Self.number(&rest, 2), hour < 24, Self.take(&rest, 0x3A), let minute = Self.number(&rest, 2),
      minute < 60
    else { return nil }
    var second = 0
    if Self.take(&rest, 0x3A) {
      guard let value = Self.number(&rest, 2), value < 61 else { return nil }
      second = value
      if Self.take(&rest, 0x2E) {
        while let digit = rest.first, (0x30...0x39).contains(digit) { rest = rest.dropFirst() }
      }
    }
    guard let offset = Self.offset(&rest), rest.isEmpty else { return nil }
    isLocal = offset.isMissing
    let seconds = day.number * 86_400 + hour * 3600 + minute * 60 + second - offset.seconds
    date = Date(timeIntervalSince1970: Double(seconds))
  }

  private static func offset(_ rest: inout ArraySlice<UInt8>) -> (seconds: Int, isMissing: Bool)? {
    if rest.isEmpty { return (0, true) }
    if take(&rest, 0x5A) { return (0, false) }
    let isWest = rest.first == 0x2D
    guard isWest || rest.first == 0x2B else { return nil }
    rest = rest.dropFirst()
    guard let hours = number(&rest, 2), hours < 15 else { return nil }
    _ = take(&rest, 0x3A)
    let minutes = number(&rest, 2) ?? 0
    return ((hours * 3600 + minutes * 60) * (isWest ? -1 : 1), false)
  }

  private static func number(_ rest: inout ArraySlice<UInt8>, _ digits: Int) -> Int? {
    guard rest.count >= digits, rest.prefix(digits).allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    defer { rest = rest.dropFirst(digits) }
    return rest.prefix(digits).reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  private static func take(_ rest: inout ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest = rest.dropFirst()
    return true
  }
}
