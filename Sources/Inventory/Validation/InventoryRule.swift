/// A rule that looks at more than one value. Each reports what it finds and leaves the rest to the others.
struct InventoryRule: Sendable {
  let check: @Sendable (InventoryDocument, inout Decoding) -> Void

  static let all: [InventoryRule] = []
}
