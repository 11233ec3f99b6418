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

  package init(first: Day, last: Day, energy: [EnergyDay], usage: [NamespaceUsageDay]) {
    self.first = first
    self.last = last
    self.energy = energy
    self.usage = usage
  }

  /// A meter that knows less than a day says nothing about a month.
  static let fewestHours = Hours(24)

  /// All hours of the period.
  private var hours: Hours { Hours(Decimal((last.days(since: first) + 1) * 24)) }

  private func period(_ known: Hours) -> String {
    let percent = known.value / hours.value * 100
    return "\(first) to \(last), \(min(percent, 100).rounded(0).plain) % of the hours"
  }
}

extension History {
  /// The declared meters that know enough, and why the others are left out.
  package func power(_ rack: Rack) -> (measured: MeasuredPower?, warnings: [String]) {
    var readings: [MeasuredPower.Reading] = []
    var warnings: [String] = []
    for meter in rack.cost.meters {
      // Days on which the meter hung on other things say nothing about these.
      let days = energy.filter { $0.meter == meter.name && Set($0.covers) == Set(meter.covers) }
      let known = days.map(\.known).sum()
      guard known >= History.fewestHours else {
        let told = days.isEmpty ? "has told nothing yet" : "knows only \(known.description(1))"
        warnings.append("the meter \(meter.name) \(told); what it covers is modelled. `hearth cost track` reads it")
        continue
      }
      if let seen = days.map(\.day).max(), last.days(since: seen) > 2 {
        warnings.append("the meter \(meter.name) has told nothing since \(seen)")
      }
      readings.append(
        MeasuredPower.Reading(
          meter: meter.name, covers: rack.items(coveredBy: meter), watts: days.map(\.energy).sum() / known,
          isBehindSupply: meter.isBehindSupply, period: period(known)))
    }
    return (readings.isEmpty ? nil : MeasuredPower(readings: readings), warnings)
  }

  /// Averages and the highest day; nil without a day of samples.
  package var workloads: Workloads? {
    let days = Dictionary(grouping: usage, by: \.day)
    let known = days.values.map(\.hoursKnown).sum()
    guard known >= History.fewestHours else { return nil }
    let namespaces = Dictionary(grouping: usage, by: \.namespace).map { name, days in
      Workloads.Namespace(
        name: name, cores: Cores(days.map(\.cpuCounted).reduce(0, +) / known.value),
        memory: Gibibytes(days.map(\.memoryCounted).reduce(0, +) / known.value))
    }.sorted { $0.name < $1.name }
    // A day of which little is known would make a peak of chance.
    let whole = days.values.filter { $0.hoursKnown >= Hours(6) }
    func peak(_ value: (NamespaceUsageDay) -> Decimal) -> Decimal {
      whole.map { $0.map(value).reduce(0, +) / $0.hoursKnown.value }.max() ?? 0
    }
    return Workloads(
      namespaces: namespaces, peakCores: Cores(max(peak(\.cpuCounted), namespaces.map(\.cores).sum().value)),
      peakMemory: Gibibytes(max(peak(\.memoryCounted), namespaces.map(\.memory).sum().value)), period: period(known))
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

extension CostContext {
  /// Takes over what was sampled.
  package mutating func take(_ history: History) {
    let power = history.power(rack)
    measured = power.measured
    historyWarnings = power.warnings
    workloads = history.workloads
    let cores = rack.nodes.compactMap { $0.hardware.flatMap { catalogue.things[$0]?.cores } }.sum()
    measuredUtilisation = history.utilisation(cores: cores)
  }
}
