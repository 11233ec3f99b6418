/// A program of an earlier run that was still working on a host when this run came by.
package struct LeftoverJob: Sendable, Equatable {
  package var run: String
  /// `anna@laptop`, or empty if unknown.
  package var holder: String
  package var waitedSeconds: Double
  /// True if it did not end within the time allowed.
  package var stillRunning: Bool
  /// `ok`, `failed`, `cancelled`, or empty if it left no word.
  package var outcome = ""
}
