package import Foundation

extension TemporaryFolder {
  /// Names in the folder itself, in alphabetical order.
  package var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

  package func data(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file(name))) }

  /// Writes a file and makes the folders above it; returns its absolute path.
  @discardableResult
  package func write(_ name: String, _ bytes: Data) throws -> String {
    let path = file(name)
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try bytes.write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Runs a shell line in the folder.
  @discardableResult
  package func shell(_ line: String) throws -> String {
    try Command.run("sh", "-c", "cd \"$1\" && eval \"$2\"", "sh", path, line)
  }
}
