package import Diagnostics

/// A list of things that shall be so on hosts, written by a user: `hearth apply FILE`.
package enum ResourceFile {
  /// Reads the file and the templates that it names.
  ///
  /// - Throws: ``HearthErrors`` with every mistake, each with its line and column.
  package static func load(_ path: String) throws(HearthErrors) -> [Resource] { [] }
}
