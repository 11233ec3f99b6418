package import Diagnostics

/// Arithmetic on numbers from outside: Swift's own operators end the process where a result does not fit.
extension FixedWidthInteger {
  /// The product, or nil where it does not fit.
  package func times(_ other: Self) -> Self? {
    let (value, overflow) = multipliedReportingOverflow(by: other)
    return overflow ? nil : value
  }

  /// The sum, or nil where it does not fit.
  package func plus(_ other: Self) -> Self? {
    let (value, overflow) = addingReportingOverflow(other)
    return overflow ? nil : value
  }

  /// The difference, or nil where it does not fit.
  package func minus(_ other: Self) -> Self? {
    let (value, overflow) = subtractingReportingOverflow(other)
    return overflow ? nil : value
  }

  /// The product for a value that cannot be done without, such as KiB to bytes.
  ///
  /// - Throws: `code`, with the field's name.
  package func times(
    _ other: Self, of field: String, code: HearthError.Code = .remoteCommand
  ) throws(HearthError) -> Self {
    guard let value = times(other) else {
      throw .nonsense(field, "\(self) × \(other)", wanted: "a number up to \(Self.max)", code)
    }
    return value
  }

  /// The sum or, where it does not fit, the number nearest to it: for totals that are only shown or compared.
  package func saturatingPlus(_ other: Self) -> Self {
    plus(other) ?? (other < 0 ? .min : .max)
  }

  /// The difference or, where it does not fit, the number nearest to it.
  package func saturatingMinus(_ other: Self) -> Self {
    minus(other) ?? (other > 0 ? .min : .max)
  }

  /// The product or, where it does not fit, the number nearest to it.
  package func saturatingTimes(_ other: Self) -> Self {
    times(other) ?? ((self < 0) == (other < 0) ? .max : .min)
  }
}

extension Sequence where Element: FixedWidthInteger {
  /// All of them together or, where that does not fit, the number nearest to it.
  package func saturatingSum() -> Element { reduce(0) { $0.saturatingPlus($1) } }
}
