/// What a run would change in one resource of one host.
package struct ResourceChange: Sendable, Equatable, Codable {
  package enum Action: String, Sendable, Codable {
    /// Nothing of it is there yet.
    case create
    case update
    case remove
    /// Something is run or restarted; nothing is compared.
    case run
  }

  /// As ``Resource/id``.
  package var id: String
  package var action: Action
  package var fields: [FieldChange]

  package init(id: String, action: Action, fields: [FieldChange]) {
    self.id = id
    self.action = action
    self.fields = fields
  }
}
