package import Diagnostics
import Foundation
import Inventory
import Units

/// What came of asking a meter that answered: a number that may be, or one that no meter can show.
///
/// A meter that did not answer, or answers nonsense, is a thrown ``HearthError`` in place of this.
package enum MeterAnswer: Sendable, Equatable {
  case reading(MeterReading)
  /// What it said, with the next step; nothing is counted, and the reader is told.
  case implausible(HearthError)

  /// - Parameters:
  ///   - document: Who said it, for messages.
  ///   - most: More than this no such meter shows.
  init(_ reading: MeterReading, from document: String, most: Watts = MeterReading.mostWatts) {
    self =
      MeterAnswer.mistake(reading, document, most).map { what, step in
        .implausible(HearthError(.download, "\(document) \(what)", hint: step))
      } ?? .reading(reading)
  }

  /// - Throws: What is wrong with a number that cannot be.
  package func believed() throws(HearthError) -> MeterReading {
    switch self {
    case .reading(let reading): return reading
    case .implausible(let error): throw error
    }
  }

  func at(_ subject: Subject) -> MeterAnswer {
    if case .implausible(let error) = self { .implausible(error.at(subject)) } else { self }
  }

  private static func mistake(_ reading: MeterReading, _ document: String, _ most: Watts) -> (
    what: String, step: String
  )? {
    if let counter = reading.counter {
      if !counter.value.isFinite || counter > MeterReading.mostEnergy {
        return ("counts \(counter), which no meter has counted", "Check `unit`, and look at the device.")
      }
      if counter < .zero { return ("counts \(counter): less than nothing", turnAround) }
    }
    guard let power = reading.power else { return nil }
    if !power.value.isFinite { return ("says no number of watts", "Look at the device.") }
    // A few devices show a little less than nothing when nothing flows.
    if power < Watts(-5) { return ("says \(power): less than nothing", turnAround) }
    if power > most { return ("says \(power), more than any socket gives", "Check `unit`: milliwatts are `mW`.") }
    return nil
  }

  private static let turnAround = "Turn the clamp or the device's direction around."
}
