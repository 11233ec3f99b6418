package import Diagnostics
import Foundation

/// Programs of hearth's own that hosts need. No server of upstream's has them: they come with hearth, in a folder that is
/// laid out like an artifact folder, with a lock file.
package struct OwnPrograms: Sendable, Equatable {
  /// Absolute.
  package let folder: String
  package let files: [LockedFile]
  /// Installed with this hearth, and so of its version. In a checkout they are what `scripts/build-wasm` built last.
  package let isInstalled: Bool

  static let names: Set<String> = ["wasm-runc"]

  /// - Throws: ``HearthError`` `local` or `checksum` when the folder's lock file cannot be read.
  package init(folder: String, isInstalled: Bool) throws(HearthError) {
    let lock = try ArtifactLock(contentsOf: "\(folder.trimmingSlash)/\(ArtifactLock.fileName)")
    self.folder = folder.trimmingSlash
    self.isInstalled = isInstalled
    files = lock.files.values.filter { Self.names.contains($0.name) }.sorted { $0.path < $1.path }
  }

  /// Those that belong to a program: `../lib/hearth` beside its folder, as packages lay it out; of a program in a checkout's
  /// `.build` the folder that `scripts/build-wasm` fills.
  ///
  /// - Parameter executable: absolute path, without links.
  package static func find(
    beside executable: String? = runningProgram,
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(HearthError) -> OwnPrograms? {
    guard let executable else { return nil }
    let prefix = ((executable as NSString).deletingLastPathComponent as NSString).deletingLastPathComponent
    var places = [("\(prefix)/lib/hearth", true)]
    if executable.contains("/.build/") {
      let cache = environment["XDG_CACHE_HOME"] ?? "\(NSHomeDirectory())/.cache"
      places.append((environment["HEARTH_ARTIFACTS"] ?? "\(cache)/hearth/virtual-rack", false))
    }
    for (folder, isInstalled) in places
    where FileManager.default.fileExists(atPath: "\(folder)/\(ArtifactLock.fileName)") {
      return try OwnPrograms(folder: folder, isInstalled: isInstalled)
    }
    return nil
  }

  /// Absolute path of the program that runs, links followed.
  package static var runningProgram: String? {
    if let path = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe") { return path }
    return Bundle.main.executableURL?.resolvingSymlinksInPath().path
  }
}

extension ArtifactLock {
  /// With hearth's own programs. Those that were installed with hearth replace what a folder or mirror has under the same
  /// path, which may be of another version; those of a checkout only fill gaps.
  ///
  /// - Returns: the lock, and the paths that ``OwnPrograms/folder`` holds.
  func including(_ own: OwnPrograms?) -> (lock: ArtifactLock, paths: Set<String>) {
    guard let own else { return (self, []) }
    let added = own.files.filter { own.isInstalled || files[$0.path] == nil }
    return (ArtifactLock(files: Array(files.values) + added, images: images), Set(added.map(\.path)))
  }
}
