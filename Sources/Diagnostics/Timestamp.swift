import Foundation

/// Seconds since 1970 that leave as ISO 8601 and come in as that, such as `2026-12-01T10:00:00Z`.
@propertyWrapper
package struct Timestamp: Sendable, Equatable, Codable {
  package var wrappedValue: Int

  package init(wrappedValue: Int) { self.wrappedValue = wrappedValue }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let date = try? Date(text, strategy: .iso8601) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "`\(text)` is not a time of ISO 8601")
    }
    wrappedValue = Int(date.timeIntervalSince1970)
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Date(timeIntervalSince1970: TimeInterval(wrappedValue)).formatted(.iso8601))
  }
}

/// The same where it may be missing; then the key is missing, too.
@propertyWrapper
package struct OptionalTimestamp: Sendable, Equatable, Codable {
  package var wrappedValue: Int?
  package init(wrappedValue: Int?) { self.wrappedValue = wrappedValue }
}

extension KeyedEncodingContainer {
  package mutating func encode(_ value: OptionalTimestamp, forKey key: Key) throws {
    try encodeIfPresent(value.wrappedValue.map(Timestamp.init(wrappedValue:)), forKey: key)
  }
}

extension KeyedDecodingContainer {
  package func decode(_ type: OptionalTimestamp.Type, forKey key: Key) throws -> OptionalTimestamp {
    OptionalTimestamp(wrappedValue: try decodeIfPresent(Timestamp.self, forKey: key)?.wrappedValue)
  }
}
