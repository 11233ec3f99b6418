import Foundation
package import Inventory
package import Prices
package import Units

/// On which side of value-added tax everything is shown.
package struct TaxView: Sendable, Equatable {
  package var treatment: TaxSettings.Treatment
  /// Needed unless both sides stay as they are listed.
  package var vat: Sourced<Ratio>?

  package init(_ treatment: TaxSettings.Treatment, vat: Sourced<Ratio>?) {
    self.treatment = vat == nil ? .asListed : treatment
    self.vat = vat
  }

  private var factor: Ratio { Ratio(1 + (vat?.value.value ?? 0)) }

  /// Home prices are given with tax.
  package func home(_ money: Money) -> Money { treatment == .net ? money / factor.value : money }

  /// Prices of unknown tax are left alone.
  package func cloud(_ money: Money, _ tax: TaxTreatment) -> Money {
    switch (treatment, tax) {
    case (.gross, .net): money * factor
    case (.net, .gross): money / factor.value
    default: money
    }
  }

  package var words: String {
    let rate = vat.map { " (\($0.value) VAT)" } ?? ""
    return switch treatment {
    case .gross: "both sides with tax\(rate)"
    case .net: "both sides without tax\(rate)"
    case .asListed: "home with tax, cloud as its lists state it"
    }
  }
}
