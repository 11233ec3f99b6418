package import Diagnostics
package import Prices
package import Units

/// Where a number comes from.
package enum Origin: Sendable, Hashable {
  /// The owner's own file, with the line.
  case inventory(String)
  /// Somebody published it.
  case published(url: String, day: Day?, note: String?)
  /// Widely known, or hearth's documented default: the weakest of all.
  case assumed(String)
  /// A price list.
  case prices(PriceSource)
  /// Another number of the same report, by its id.
  case derived(String)
  /// Meters or the cluster itself.
  case measured(String)
  /// Given on the command line.
  case option(String)

  package init(_ subject: Subject) {
    if let file = subject.file {
      self = .inventory("\(file)\(subject.line.map { ":\($0)" } ?? "")")
    } else if let step = subject.step {
      self = .option(step)
    } else {
      self = .inventory("the inventory")
    }
  }

  package var isAssumption: Bool { if case .assumed = self { true } else { false } }
}

extension Origin: CustomStringConvertible {
  package var description: String {
    switch self {
    case .inventory(let place): place
    case .published(let url, let day, let note):
      [url, day.map { "\($0)" }, note].compactMap { $0 }.joined(separator: ", ")
    case .assumed(let why): "assumed: \(why)"
    case .prices(let source): "\(source)"
    case .derived(let id): "see \(id)"
    case .measured(let what): "measured: \(what)"
    case .option(let option): "given by \(option)"
    }
  }
}

/// A value and where it comes from.
package struct Sourced<Value: Sendable>: Sendable {
  package var value: Value
  package var origin: Origin
  package init(_ value: Value, _ origin: Origin) {
    self.value = value
    self.origin = origin
  }
  package func map<Other>(_ change: (Value) -> Other) -> Sourced<Other> { Sourced<Other>(change(value), origin) }
}

extension Sourced: Equatable where Value: Equatable {}
