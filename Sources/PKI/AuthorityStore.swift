package import Diagnostics
import Foundation

/// The operator's copy of a rack's ``Authority``: a folder 0700 with files 0600.
package struct AuthorityStore: Sendable {
  /// Absolute path, such as `…/hearth/racks/home/pki`.
  package let folder: String

  package init(folder: String) { self.folder = folder }

  /// The stored authority, or nil when the folder holds none.
  ///
  /// - Throws: ``HearthError`` when files are missing, broken, or readable by others.
  package func load() throws(HearthError) -> Authority? {
    finishSave()
    guard FileManager.default.fileExists(atPath: path("ca.crt")) else { return nil }
    var texts: [String: Secret<String>] = [:]
    for name in AuthorityFiles.names where FileManager.default.fileExists(atPath: path(name)) {
      try refuseOpenFile(path(name))
      do {
        texts[name] = Secret(try String(contentsOfFile: path(name), encoding: .utf8))
      } catch {
        throw HearthError(
          .local, "the file cannot be read", subject: Subject(file: path(name)),
          hint: "look at its owner and mode", cause: error.reason)
      }
    }
    do {
      return try AuthorityFiles(texts).authority()
    } catch {
      var error = error.at(Subject(file: folder))
      error.hint =
        "Restore the folder from a backup, or move it away: hearth then takes the keys from a living "
        + "control-plane host."
      throw error
    }
  }

  /// Replaces all files together: they are written into a folder beside, which then takes the place of the old one. A save
  /// that was cut off has changed nothing, or is finished by the next ``load()``.
  package func save(_ authority: Authority) throws(HearthError) {
    finishSave()
    let files = AuthorityFiles(authority)
    let manager = FileManager.default
    do {
      for leftover in [new, old] where manager.fileExists(atPath: leftover) { try manager.removeItem(atPath: leftover) }
      try manager.createDirectory(
        atPath: new, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw HearthError(
        .local, "the folder cannot be made", subject: Subject(file: new),
        hint: "look at the owner and mode of the folders above it, or name another in XDG_STATE_HOME",
        cause: error.reason)
    }
    // `ca.crt` comes last: with it the folder is complete.
    for name in AuthorityFiles.names.reversed() {
      guard let text = files.texts[name] else { continue }
      try PrivateFile.write(Array(text.reveal().utf8), to: "\(new)/\(name)")
    }
    do {
      if manager.fileExists(atPath: folder) { try manager.moveItem(atPath: folder, toPath: old) }
      try putInPlace()
      if manager.fileExists(atPath: old) { try manager.removeItem(atPath: old) }
    } catch {
      throw HearthError(
        .local, "the keys cannot be put in place", subject: Subject(file: folder),
        hint: "look at the owner and mode of this folder and of the one above it", cause: error.reason)
    }
  }

  /// Whoever loads the keys at this moment may have done it first.
  private func putInPlace() throws {
    do {
      try FileManager.default.moveItem(atPath: new, toPath: folder)
    } catch {
      guard !FileManager.default.fileExists(atPath: new), FileManager.default.fileExists(atPath: path("ca.crt")) else {
        throw error
      }
    }
  }

  private var new: String { "\(folder).new" }
  private var old: String { "\(folder).old" }

  /// Between the two renames of a save there is no folder; what is complete beside it takes its place.
  private func finishSave() {
    let manager = FileManager.default
    guard !manager.fileExists(atPath: folder) else { return }
    for place in [new, old] where manager.fileExists(atPath: "\(place)/ca.crt") {
      if (try? manager.moveItem(atPath: place, toPath: folder)) != nil { return }
    }
  }

  private func path(_ name: String) -> String { "\(folder)/\(name)" }

  private func refuseOpenFile(_ path: String) throws(HearthError) {
    let attributes = try? FileManager.default.attributesOfItem(atPath: path)
    let mode = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0o600
    guard mode & 0o077 == 0 else {
      throw HearthError(
        .local, "others may read this private file (mode \(String(mode, radix: 8)))", subject: Subject(file: path),
        hint: "Close it, and make new keys if somebody may have read it.", command: "chmod 600 \(path.shellQuoted)")
    }
  }
}
