package import Diagnostics
import Foundation
import Prices
import Units

extension Workloads {
  /// Room above the highest day, so that what is rented is not full at once.
  static let headroom = Ratio(Decimal(5, over: 4))

  /// What the highest day needs, as one machine that may be cut into any number. Nil without boards that have a figure.
  package func requirement(_ model: HomeModel) -> Requirement? {
    let capacity = model.capacity
    guard let performance = model.provisioned.performance, capacity.cores.value > 0 else { return nil }
    let share = peakCores / capacity.cores
    return Requirement(
      basis: .used,
      machines: [
        Requirement.Machine(
          memory: peakMemory * Workloads.headroom, performance: performance * share * Workloads.headroom)
      ])
  }
}

extension Biller {
  /// Containers without servers, for what workloads use on average: by the hour for cores and memory.
  package func serverless(_ workloads: Workloads) throws(HearthError) -> [CostReport.Serverless] {
    let cores = workloads.namespaces.map(\.cores).sum()
    let memory = workloads.namespaces.map(\.memory).sum()
    var result: [CostReport.Serverless] = []
    for provider in book.providers {
      let services = book.services(of: provider.id)
      var best: CostReport.Serverless?
      for cpu in services where cpu.kind == .containerCPU {
        guard let ram = services.first(where: { $0.kind == .containerMemory && $0.region == cpu.region }),
          let cpuQuote = cpu.quote, let ramQuote = ram.quote
        else { continue }
        let money =
          try monthly(cpuQuote, of: cores.value, free: cpu.freePerMonth)
          + monthly(ramQuote, of: memory.value, free: ram.freePerMonth)
        if best.map({ money < $0.money }) ?? true {
          best = CostReport.Serverless(
            provider: provider, region: cpu.region, money: money, cores: cores, memory: memory)
        }
      }
      if let best { result.append(best) }
    }
    return result.sorted { $0.money < $1.money }
  }

  /// By the hour, less the hours that are free each month.
  private func monthly(_ quote: Quote, of amount: Decimal, free: Decimal) throws(HearthError) -> Money {
    let hours = max(0, amount * Hours.perMonth.value - free)
    return tax.cloud(try book.rates.convert(quote.money * hours, to: currency), quote.tax)
  }
}
