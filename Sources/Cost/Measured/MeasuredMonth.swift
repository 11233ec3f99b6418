package import Units

/// What was sampled in one calendar month, in UTC.
package struct MeasuredMonth: Sendable, Equatable {
  package struct Use: Sendable, Equatable {
    package var namespace: String
    package var cores: Cores
    package var memory: Gibibytes
  }

  /// Its first day.
  package var start: Day
  /// Of the meter that knows most.
  package var known: Hours
  /// Of all meters together over the hours that each of them knows.
  package var energy: KilowattHours
  /// The mean.
  package var watts: Watts
  /// Averages of the greater of request and use.
  package var namespaces: [Use]
}

/// A month of samples against what was expected.
package struct TrendMonth: Sendable, Equatable {
  package var measured: MeasuredMonth
  /// What its measured energy cost at the tariff of the report.
  package var electricity: Money
  /// The same hours at the watts of the model.
  package var expected: Money
  /// What each namespace cost, in the order of their names.
  package var namespaces: [(name: String, money: Money)]

  package static func == (left: TrendMonth, right: TrendMonth) -> Bool {
    left.measured == right.measured && left.electricity == right.electricity && left.expected == right.expected
      && left.namespaces.elementsEqual(right.namespaces) { $0 == $1 }
  }
}
