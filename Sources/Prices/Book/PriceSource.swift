package import Units

/// Where a price was read, and when.
package struct PriceSource: Sendable, Hashable, Codable {
  package var url: String
  /// The day on which the price was valid there; nil when nobody knows, which counts as older than any limit.
  package var day: Day?
  package var confidence: Confidence
  /// What else must be known to judge it.
  package var note: String?

  package init(url: String, day: Day?, confidence: Confidence, note: String? = nil) {
    self.url = url
    self.day = day
    self.confidence = confidence
    self.note = note
  }

  package enum Confidence: String, Sendable, Codable, CaseIterable {
    /// Fetched by hearth from the provider itself.
    case live
    /// Read in the provider's own list, or in data made from it.
    case published
    /// Read somewhere else.
    case reported
    /// Widely known, not looked up on that day.
    case assumed
    /// The owner's own: negotiated, or from a bill.
    case own
  }
}

extension PriceSource: CustomStringConvertible {
  /// `https://…, 2026-09-29, published`.
  package var description: String {
    [url, day.map { "\($0)" } ?? "date unknown", confidence.rawValue, note].compactMap { $0 }.joined(separator: ", ")
  }
}
