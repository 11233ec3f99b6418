import Diagnostics
import Foundation
import Untrusted

/// A compressed tar file from which single programs are taken.
struct Archive: Sendable {
  let path: String

  /// Unpacks the members into `folder`, each as one file.
  ///
  /// Only members asked for by name leave the archive, each must come out as a plain file with one name, and tar itself
  /// drops leading slashes and refuses `..`: an archive cannot write anywhere else.
  ///
  /// - Parameter members: path in the archive to path of the file that appears.
  func unpack(_ members: [String: String], scratch: String) async throws(HearthError) {
    let listing = try await LocalProgram.run("tar", ["--list", "--force-local", "--file", path])
    var written: [String: String] = [:]
    for line in listing.filledLines {
      written[line.hasPrefix("./") ? String(line.dropFirst(2)) : line] = line
    }
    var names: [String] = []
    for member in members.keys.sorted() {
      guard let name = written[member] else {
        throw HearthError(
          .download, "\(path) holds no \(member)", hint: "Look at what it holds; upstream may have moved the program.",
          command: "tar -tf \(path.shellQuoted)")
      }
      names.append(name)
    }
    try await TarLimits.image.check(path)
    try? FileManager.default.removeItem(atPath: scratch)
    try ArtifactCache.makeFolder(scratch)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    try await LocalProgram.run(
      "tar",
      [
        "--extract", "--force-local", "--file", path, "--directory", scratch, "--no-same-owner",
        "--no-same-permissions", "--",
      ] + names)
    for (member, target) in members {
      let file = "\(scratch)/\(member)"
      var status = stat()
      guard lstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_nlink == 1 else {
        throw HearthError(
          .download, "\(member) in \(path) is not a plain file", hint: "Do not use this archive.",
          command: "tar -tvf \(path.shellQuoted)")
      }
      try ArtifactCache.place(file, at: target)
    }
  }
}
