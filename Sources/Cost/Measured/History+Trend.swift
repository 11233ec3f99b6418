import Foundation
import Inventory
import Metering
import Units

extension History {
  /// Calendar months with samples of the declared meters or of namespaces, in order.
  func months(_ rack: Rack) -> [MeasuredMonth] {
    let byMeter = rack.cost.meters.map { self.days(of: $0) }
    let all = byMeter.flatMap { $0.map(\.day) } + usage.map(\.day)
    let starts = Set(all.compactMap { Day(year: $0.year, month: $0.month, day: 1) }).sorted()
    return starts.map { start in
      let end = start.adding(months: 1)
      let energies = byMeter.map { days in days.filter { (start..<end).contains($0.day) } }.filter { !$0.isEmpty }
      let watts = energies.map { days -> Watts in
        let known = days.map(\.known).sum()
        return known.value > 0 ? days.map(\.energy).sum() / known : .zero
      }.sum()
      let used = usage.filter { (start..<end).contains($0.day) }
      let known = Dictionary(grouping: used, by: \.day).values.map(\.hoursKnown).sum()
      let namespaces = known.value > 0 ? averages(used, known) : []
      return MeasuredMonth(
        start: start, known: energies.map { $0.map(\.known).sum() }.max() ?? known,
        energy: energies.flatMap { $0.map(\.energy) }.sum().kilowattHours, watts: watts,
        namespaces: namespaces.map { MeasuredMonth.Use(namespace: $0.name, cores: $0.cores, memory: $0.memory) })
    }
  }

  /// Of a mean day's energy the share of each hour by the clock at home; nil unless each of them was measured.
  func hourShares(_ rack: Rack, timeZone: TimeZone) -> [Decimal]? {
    let names = Set(rack.cost.meters.map(\.name))
    var energy = Array(repeating: WattHours.zero, count: 24)
    var known = Array(repeating: Hours.zero, count: 24)
    for hour in hours where names.contains(hour.meter) {
      let offset = timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(hour.start)))
      let index = ((hour.start + offset) / 3600) % 24
      energy[index] += hour.energy
      known[index] += hour.known
    }
    guard known.allSatisfy({ $0.value >= 1 }) else { return nil }
    let watts = zip(energy, known).map { ($0 / $1).value }
    let total = watts.reduce(0, +)
    return total > 0 ? watts.map { $0 / total } : nil
  }
}

extension CostContext {
  /// Takes over what was sampled.
  package mutating func take(_ history: History) {
    let expected = Dictionary(
      rack.cost.meters.compactMap { meter in
        MeterExpectation(meter, rack: rack, catalogue: catalogue).map { (meter.name, $0) }
      }
    ) { first, _ in first }
    let power = history.power(rack, expected: expected)
    measured = power.measured
    historyWarnings = power.warnings
    workloads = history.workloads
    months = history.months(rack)
    hourShares = history.hourShares(rack, timeZone: timeZone)
    let cores = rack.nodes.compactMap { $0.hardware.flatMap { catalogue.things[$0]?.cores } }.sum()
    measuredUtilisation = history.utilisation(cores: cores)
  }
}
