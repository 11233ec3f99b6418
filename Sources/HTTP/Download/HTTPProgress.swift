/// How far a download is.
package struct HTTPProgress: Sendable, Equatable {
  /// On disk, what an earlier run brought included.
  package var doneBytes: Int
  /// nil while the server has not said.
  package var totalBytes: Int?

  package init(doneBytes: Int, totalBytes: Int?) {
    self.doneBytes = doneBytes
    self.totalBytes = totalBytes
  }
}
