/// What judging one condition came to.
package enum Verdict: Sendable, Equatable {
  /// The condition holds; the text says what was seen.
  case met(String)
  /// It does not hold: what was expected and what was seen instead.
  case failed(expected: String, seen: String)
  /// It cannot or need not be judged here, and why.
  case skipped(String)
  package var isFailed: Bool { if case .failed = self { true } else { false } }

  /// One line for people.
  package var detail: String {
    switch self {
    case .met(let seen): seen
    case .failed(let expected, let seen): "expected \(expected), saw \(seen)"
    case .skipped(let reason): reason
    }
  }
}
