/// Who sells.
package struct Provider: Sendable, Hashable, Codable {
  /// As files and commands name it: `hetzner`.
  package var id: String
  /// As people know it: `Hetzner Cloud`.
  package var name: String
  /// Where its prices can be looked up by a person.
  package var url: String?

  package init(id: String, name: String, url: String? = nil) {
    self.id = id
    self.name = name
    self.url = url
  }
}

/// Whether one can have it.
package enum Availability: String, Sendable, Codable, CaseIterable {
  case orderable
  /// Sometimes, or not everywhere in the region.
  case limited
  case notOrderable = "not-orderable"
  case unknown
}
