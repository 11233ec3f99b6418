import Diagnostics
import Foundation
import Prices
import Testing
import Units

/// Numbers of another unit in price files: refused with the unit that was meant.
struct PlausibilityTests {
  private static func file(_ entry: String) -> String {
    """
    provider: {id: acme, name: Acme}
    defaults: {currency: EUR, tax: net, region: berlin, source: offer, date: 2026-09-01}
    \(entry)
    """
  }

  private static func instance(_ rest: String) -> String {
    file("instances:\n  - {name: a, architecture: arm64, \(rest)}")
  }

  @Test(arguments: [
    (instance("vcpus: 4, memory: 8192, price: 9.50, per: month"), "8192 GiB", "MiB"),
    (instance("vcpus: 1, memory: 512, price: 3, per: month"), "512 GiB", "0.5"),
    (file("rates:\n  - {currency: USD, perEuro: 1117.2}"), "1117.2 USD", "decimal point"),
    (file("rates:\n  - {currency: JPY, perEuro: 1.6}"), "1.6 JPY", "about 150"),
    (
      file("services:\n  - {kind: egress, name: t, price: 90, per: gigabyte}"), "90 per GB", "whole units"
    ),
  ]) func isRefused(_ text: String, _ message: String, _ hint: String) {
    let error = #expect(throws: HearthErrors.self) { try PriceFile.decode(text, file: "own.yaml") }
    #expect(error?.errors.count == 1)
    #expect(error?.errors.first?.message.contains(message) == true, "\(error?.errors.first?.message ?? "")")
    #expect(error?.errors.first?.hint?.contains(hint) == true, "\(error?.errors.first?.hint ?? "")")
    #expect(error?.errors.first?.subject.line == 4)
  }

  @Test(arguments: [
    instance("vcpus: 4, memory: 8, price: 9.50, per: month"),
    instance("vcpus: 448, memory: 24576, price: 218.4, per: hour"),
    instance("vcpus: 1, memory: 0.5, price: 2.5, per: month"),
    instance("vcpus: 4, memory: 8, term: preemptible, price: 0.004, per: hour"),
    instance("vcpus: 2, memory: 8, currency: HUF, price: 4200, per: month"),
    file(
      "rates:\n  - {currency: BRL, perEuro: 6.07}\n  - {currency: HUF, perEuro: 366}\n  - {currency: GBP, perEuro: 0.83}"
    ),
  ]) func isTaken(_ text: String) throws {
    _ = try PriceFile.decode(text, file: "own.yaml")
  }

  /// Prints how long it takes; a limit would only measure what else the machine does.
  @Test func twentyThousandPricesAreRead() throws {
    var text = Self.file("instances:")
    for index in 0..<20_000 {
      text +=
        "\n  - {name: m\(index), architecture: arm64, vcpus: 4, memory: 8, ipv4: yes, disk: 80, traffic: 20000, "
        + "price: \(5 + index % 40).50, per: month}"
    }
    let clock = ContinuousClock()
    var book = PriceBook()
    let wait = try clock.measure { book = try PriceFile.decode(text, file: "own.yaml") }
    print("measured: 20,000 prices in \(wait)")
    #expect(book.instances.count == 20_000)
  }
}
