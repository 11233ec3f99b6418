/// Untrusted: the door for data from outside. What hosts, images, registries, price lists, clusters and people's files say
/// passes one of its readers before it is stored, shown or sent: numbers with their range, names with their pattern, text
/// with its length, lines by bytes, and the filter of control characters. Pure, but for the reader of regular files.

package import Diagnostics

extension FixedWidthInteger {
  /// Reads a whole number: ASCII digits, a leading `-` only where the range has negative numbers; no sign, no spaces, no
  /// prefix otherwise.
  ///
  /// - Returns: nil for anything else and for what lies outside of `range`: a value that is not needed becomes "unknown".
  package init?(
    checked text: some StringProtocol, in range: ClosedRange<Self> = Self.min...Self.max, radix: Int = 10
  ) {
    let text = String(text)
    guard let first = text.utf8.first, first != UInt8(ascii: "+"), text.utf8.count <= 128,
      let value = Self(text, radix: radix), range.contains(value)
    else { return nil }
    self = value
  }

  /// As the failable reader, for a value that cannot be done without.
  ///
  /// - Parameters:
  ///   - unit: shown behind the range, such as `bytes`.
  ///   - field: what the message calls it, such as `MemTotal in /proc/meminfo`.
  /// - Throws: `code`, with the field, what was read and what would do.
  package init(
    checked text: some StringProtocol, in range: ClosedRange<Self> = Self.min...Self.max, unit: String? = nil,
    of field: String, code: HearthError.Code = .remoteCommand
  ) throws(HearthError) {
    guard let value = Self(checked: text, in: range) else {
      let unit = unit.map { " " + $0 } ?? ""
      throw .nonsense(
        field, text, wanted: "a whole number from \(range.lowerBound) to \(range.upperBound)\(unit)", code)
    }
    self = value
  }

  /// A binary number as a whole one, rounded; nil for NaN, infinities and what lies outside of `range`.
  package init?(checked value: Double, in range: ClosedRange<Self> = Self.min...Self.max) {
    guard value.isFinite, let whole = Self(exactly: value.rounded()), range.contains(whole) else { return nil }
    self = whole
  }

  /// The nearest whole number that there is: for what is only shown. NaN is 0.
  package init(nearest value: Double) {
    if let whole = Self(exactly: value.rounded()) {
      self = whole
    } else {
      self = value > 0 ? .max : value < 0 ? .min : 0
    }
  }
}

extension Double {
  /// Reads plain decimal notation, such as `48.3` or `1.5e3`: no `nan`, no `inf`, no hexadecimal.
  ///
  /// - Returns: nil for anything else and for what lies outside of `range`.
  package init?(checked text: some StringProtocol, in range: ClosedRange<Double>) {
    guard !text.isEmpty, text.utf8.count <= 64,
      text.utf8.allSatisfy({ (0x30...0x39).contains($0) || ".-eE+".utf8.contains($0) }),
      text.utf8.first != UInt8(ascii: "+"), let value = Double(String(text)), value.isFinite, range.contains(value)
    else { return nil }
    self = value
  }
}

extension Duration {
  /// A length of time from outside, in seconds; nil for NaN and infinities, at most a hundred years in both directions.
  package init?(boundedSeconds seconds: Double) {
    guard seconds.isFinite else { return nil }
    let century = 3_155_760_000.0
    self = .seconds(min(max(seconds, -century), century))
  }
}

extension HearthError {
  /// A value from outside that is not what it should be. What was read is shown visibly and cut.
  package static func nonsense(
    _ field: String, _ found: some StringProtocol, wanted: String, _ code: Code = .remoteCommand
  ) -> HearthError {
    HearthError(
      code, "\(field) is `\(String(found).bounded(80).visibleLine)`, but \(wanted) was expected",
      hint: "look at where this value comes from; a host that says such things is broken or not to be trusted")
  }
}
