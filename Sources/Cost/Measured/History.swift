import Foundation
package import Inventory
package import Metering
package import Units

/// What was sampled in a period: days of meters and of namespaces.
package struct History: Sendable {
  package var first: Day
  package var last: Day
  package var energy: [EnergyDay]
  package var usage: [NamespaceUsageDay]
  /// The last weeks by the hour, for tariffs that change over the day.
  package var hours: [EnergyHour]
  /// Readings that were not believed.
  package var doubts: [MeterDoubtRecord]

  package init(
    first: Day, last: Day, energy: [EnergyDay], usage: [NamespaceUsageDay], hours: [EnergyHour] = [],
    doubts: [MeterDoubtRecord] = []
  ) {
    self.first = first
    self.last = last
    self.energy = energy
    self.usage = usage
    self.hours = hours
    self.doubts = doubts
  }

  /// A meter that knows less than a day says nothing about a month.
  static let fewestHours = Hours(24)

  /// All hours of the period.
  private var span: Hours { Hours(Decimal((last.days(since: first) + 1) * 24)) }

  private func period(_ known: Hours) -> String {
    let percent = known.value / span.value * 100
    return "\(first) to \(last), \(min(percent, 100).rounded(0).plain) % of the hours"
  }

  /// Days on which the meter hung on other things say nothing about these.
  func days(of meter: MeterDeclaration) -> [EnergyDay] {
    energy.filter { $0.meter == meter.name && Set($0.covers) == Set(meter.covers) }
  }
}

extension History {
  /// The declared meters that know enough, and why the others are left out.
  ///
  /// - Parameter expected: What the things on a meter can draw, by its name.
  package func power(
    _ rack: Rack, expected: [String: MeterExpectation] = [:]
  ) -> (measured: MeasuredPower?, warnings: [String]) {
    var readings: [MeasuredPower.Reading] = []
    var warnings: [String] = []
    for meter in rack.cost.meters {
      let days = days(of: meter)
      let known = days.map(\.known).sum()
      warnings += doubts.filter { $0.meter == meter.name }.map(\.words)
      guard known >= History.fewestHours else {
        let told = days.isEmpty ? "has no samples\(seen(meter))" : "knows only \(known.description(1))"
        warnings.append("the meter \(meter.name) \(told); what it covers is modelled. `hearth cost track` reads it")
        continue
      }
      if let seen = days.map(\.day).max(), last.days(since: seen) > 2 {
        warnings.append("the meter \(meter.name) has told nothing since \(seen), \(last.days(since: seen)) days ago")
      }
      let watts = days.map(\.energy).sum() / known
      if let doubt = expected[meter.name]?.doubt(watts) {
        warnings.append("the meter \(meter.name) is not believed: \(doubt) What it covers is modelled")
        continue
      }
      if let most = expected[meter.name]?.most, watts > most * 2 {
        warnings.append(
          "the meter \(meter.name) measured \(watts.description(1)), more than twice the \(most.description(1)) that what "
            + "it covers can draw: does more hang on it?")
      }
      if watts == .zero {
        warnings.append("the meter \(meter.name) measured 0 W over \(known.description(0)): was everything off?")
      }
      readings.append(
        MeasuredPower.Reading(
          meter: meter.name, covers: rack.items(coveredBy: meter), watts: watts,
          isBehindSupply: meter.isBehindSupply, period: period(known),
          notes: doubts.filter { $0.meter == meter.name }.map(\.words)))
    }
    return (readings.isEmpty ? nil : MeasuredPower(readings: readings), warnings)
  }

  /// When a meter said something last, if it measured other things then.
  private func seen(_ meter: MeterDeclaration) -> String {
    guard let day = energy.filter({ $0.meter == meter.name }).map(\.day).max() else { return "" }
    return " of what it covers now (the last of other things is of \(day), \(last.days(since: day)) days ago)"
  }

  /// Averages and the highest day; nil without a day of samples.
  package var workloads: Workloads? {
    let days = Dictionary(grouping: usage, by: \.day)
    let known = days.values.map(\.hoursKnown).sum()
    guard known >= History.fewestHours else { return nil }
    let namespaces = averages(usage, known)
    // A day of which little is known would make a peak of chance.
    let whole = days.values.filter { $0.hoursKnown >= Hours(6) }
    func peak(_ value: (NamespaceUsageDay) -> Decimal) -> Decimal {
      whole.map { $0.map(value).reduce(0, +) / $0.hoursKnown.value }.max() ?? 0
    }
    return Workloads(
      namespaces: namespaces, peakCores: Cores(max(peak(\.cpuCounted), namespaces.map(\.cores).sum().value)),
      peakMemory: Gibibytes(max(peak(\.memoryCounted), namespaces.map(\.memory).sum().value)), period: period(known))
  }

  func averages(_ usage: [NamespaceUsageDay], _ known: Hours) -> [Workloads.Namespace] {
    Dictionary(grouping: usage, by: \.namespace).map { name, days in
      Workloads.Namespace(
        name: name, cores: Cores(days.map(\.cpuCounted).reduce(0, +) / known.value),
        memory: Gibibytes(days.map(\.memoryCounted).reduce(0, +) / known.value))
    }.sorted { $0.name < $1.name }
  }

  /// Of all cores, what containers really used.
  package func utilisation(cores: Cores) -> Sourced<Ratio>? {
    let known = Dictionary(grouping: usage, by: \.day).values.map(\.hoursKnown).sum()
    guard known >= History.fewestHours, cores.value > 0 else { return nil }
    let used = usage.map(\.cpuUsed).reduce(0, +) / known.value
    return Sourced(Ratio(min(1, (used / cores.value).rounded(4))), .measured("containers, \(period(known))"))
  }
}

extension [NamespaceUsageDay] {
  /// Of one day: the namespace that is known best stands for when samples were taken.
  var hoursKnown: Hours { map(\.known).max() ?? .zero }
}

extension Rack {
  /// Names of the items of a ``HomeModel`` that hang on a meter: a node brings its parts.
  package func items(coveredBy meter: MeterDeclaration) -> Set<String> {
    let all = meter.covers.contains("all")
    var names = Set(meter.covers).subtracting(["all"])
    for node in nodes where all || names.contains(node.name) {
      names.insert(node.name)
      names.formUnion(node.parts.map { "\(node.name) \($0.name)" })
    }
    if all {
      names.formUnion(hardware.others.map(\.name))
      if hardware.networkSwitch != nil { names.insert("switch") }
      if hardware.ups != nil { names.insert("ups") }
    }
    return names
  }
}
