import Foundation
import Inventory
import Units

/// Prices and sizes that no machine has: a month taken for an hour, MiB for GiB. Bounds are in euros a month and lie far
/// outside of what anybody charges.
package enum Plausibility {
  /// Nothing that is rented without graphics processors costs so much for both.
  private static let most = (vcpu: Decimal(250), gibibyte: Decimal(60))
  /// Nothing costs so little for both: a price of an hour was taken for a month's.
  private static let least = (vcpu: Decimal(1, over: 10), gibibyte: Decimal(1, over: 10))
  /// The largest machines have 32 GiB for each virtual CPU.
  private static let memoryPerVCPU: Decimal = 64

  /// What is wrong, and what to do; nil for what may be.
  static func doubt(memory: Decimal, vcpus: Int) -> (message: String, hint: String)? {
    guard memory > Decimal(vcpus) * memoryPerVCPU else { return nil }
    return (
      "\(memory.brief) GiB for \(vcpus) virtual CPU\(vcpus == 1 ? "" : "s") is not plausible",
      "write memory in GiB: \((memory / 1024).rounded(2)) if the figure was in MiB"
    )
  }

  /// Of a machine's price: nobody charges so much, or so little, for so many processors and so much memory.
  package static func doubt(_ offer: InstanceOffer) -> (message: String, hint: String)? {
    let (quote, memory, vcpus) = (offer.quote, offer.memory.value, offer.vcpus)
    let month = quote.unitPerMonth.amount
    let perVCPU = month / Decimal(vcpus)
    let perGibibyte = month / memory
    func above(_ limit: Decimal, _ value: Decimal) -> Bool {
      value > Magnitude.scaled(0...limit, to: quote.money.currency).upperBound
    }
    // Only what is said is put into words: lists are long.
    var words: String {
      "\(quote.money.exactDescription) per \(quote.unit.words) for \(vcpus) vCPU and \(memory.brief) GiB"
    }
    if above(most.vcpu, perVCPU), above(most.gibibyte, perGibibyte) {
      return (
        "\(words) is not plausible: \(quote.unitPerMonth) a month", "is it the price of a month? write `per: month`"
      )
    }
    if !above(least.vcpu, perVCPU), !above(least.gibibyte, perGibibyte) {
      return (
        "\(words) is not plausible: \(quote.unitPerMonth.exactDescription) a month",
        quote.unit == .month ? "is it the price of an hour? write `per: hour`" : "look at the currency and the unit"
      )
    }
    return nil
  }

  /// Worth about as much as a euro.
  private static let near: Set<String> = ["USD", "GBP", "CHF", "AUD", "CAD", "NZD", "SGD"]

  /// How many units of a currency one euro buys, within a factor of five, or twenty where nothing is known.
  static func doubt(rate: Decimal, of currency: Currency) -> (message: String, hint: String)? {
    let usual = Magnitude.scaled(1...1, to: currency).lowerBound
    let factor: Decimal = usual == 1 && !near.contains(currency.code) ? 20 : 5
    guard rate > usual * factor || rate < usual / factor else { return nil }
    return (
      "one euro for \(rate) \(currency) is not plausible",
      "write how many \(currency) one euro buys, with a decimal point: about \(usual)"
    )
  }

  static func doubt(_ quote: Quote, of kind: ServiceOffer.Kind) -> (message: String, hint: String)? {
    let limit: Decimal =
      switch kind {
      case .blockStorage, .egress: 2
      case .containerCPU, .containerMemory: 2
      case .publicIPv4: 100
      case .controlPlane, .loadBalancer: 5000
      }
    let value = [.containerCPU, .containerMemory].contains(kind) ? quote.money : quote.unitPerMonth
    guard value.amount > Magnitude.scaled(0...limit, to: value.currency).upperBound else { return nil }
    return (
      "\(quote.money.exactDescription) per \(quote.unit.words) for \(kind.rawValue) is not plausible",
      "look at the unit: `per`, and whole units of the currency"
    )
  }
}
