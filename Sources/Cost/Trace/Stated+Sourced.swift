import Inventory

extension Optional {
  /// What the inventory says, with its place; otherwise what holds without it.
  func sourced<Value>(or fallback: Sourced<Value>) -> Sourced<Value> where Wrapped == Stated<Value> {
    map { Sourced($0.value, Origin($0.subject)) } ?? fallback
  }
}
