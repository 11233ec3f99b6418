/// A verified file in the operator's artifact cache, ready to be delivered to hosts.
package struct LocalFile: Sendable, Hashable {
  /// Absolute path on the operator's machine.
  package var path: String
  /// Lower-case hex of the file's bytes.
  package var sha256: String
  package var bytes: Int
  /// A gzip-compressed copy, for the way to the host; nil where compressing does not pay.
  package var gzipped: String?

  package init(path: String, sha256: String, bytes: Int, gzipped: String? = nil) {
    self.path = path
    self.sha256 = sha256
    self.bytes = bytes
    self.gzipped = gzipped
  }
}
