/// What to do about a condition that does not hold.
package struct Remedy: Sendable, Equatable {
  /// An imperative sentence.
  package var hint: String
  /// A command to try by hand.
  package var command: String
  /// The host to type the command on; nil means the operator's own machine.
  package var host: String?

  package init(_ hint: String, command: String, on host: String? = nil) {
    self.hint = hint
    self.command = command
    self.host = host
  }
}
