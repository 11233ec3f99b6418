/// Several measurements of one thing.
package struct Samples: Sendable, Equatable, Codable {
  /// In ascending order; times in microseconds, sizes in bytes, rates a second.
  package private(set) var values: [Double] = []

  package init(_ values: [Double] = []) { self.values = values.sorted() }

  package mutating func add(_ value: Double) {
    // In its place: sorting all of them each time would take as long as a host has patience to print.
    guard values.count < Self.most else { return }
    let place = values.firstIndex { $0 > value } ?? values.endIndex
    values.insert(value, at: place)
  }

  /// No measurement takes more.
  private static let most = 10_000

  package var count: Int { values.count }
  package var least: Double { values.first ?? 0 }

  package var median: Double {
    guard !values.isEmpty else { return 0 }
    let middle = values.count / 2
    return values.count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2
  }

  /// Half of all measurements lie between these two.
  package var middleHalf: (Double, Double) {
    guard !values.isEmpty else { return (0, 0) }
    return (values[(values.count - 1) / 4], values[(values.count - 1) * 3 / 4])
  }
}
