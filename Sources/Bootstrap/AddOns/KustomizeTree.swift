package import Diagnostics
import Foundation
package import Inventory
import Untrusted
import Yams

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A Kustomize tree of the rack's owner, read whole before kubectl sees it: every file that it names lies on this machine,
/// and there are not too many of them.
package struct KustomizeTree: Sendable, Equatable {
  package var addOn: OwnAddOn
  /// The folder that all of it lies in: the overlay's own, or one above it where it has bases beside it. Absolute, without
  /// links.
  package var base: String
  /// Below ``base``, without a slash at either end; empty for the base itself.
  package var root: String
  /// Path below ``base`` to what it holds.
  package var files: [String: [UInt8]]
  /// The file that is rendered, for errors.
  package var file: String

  package static let mostBytes = 8 << 20
  static let names = ["kustomization.yaml", "kustomization.yml", "Kustomization"]

  /// The tree of an add-on whose folder holds a kustomization; nil for plain manifests.
  ///
  /// - Throws: `inventory` with the file and the line for what is wrong, is not there, or is not on this machine.
  package static func read(_ addOn: OwnAddOn) throws(HearthError) -> KustomizeTree? {
    guard isTree(addOn) else { return nil }
    var reader = KustomizeReader(addOn: addOn)
    let folder = real(addOn.path)
    let file = try reader.enter(folder, from: nil, trail: [])
    let base = common(reader.folders)
    func below(_ path: String) -> String { String(path.dropFirst(base == "/" ? 1 : base.utf8.count + 1)) }
    return KustomizeTree(
      addOn: addOn, base: base, root: below(folder),
      files: Dictionary(uniqueKeysWithValues: reader.files.map { (below($0.key), $0.value) }), file: file)
  }

  package static func isTree(_ addOn: OwnAddOn) -> Bool {
    names.contains { RegularFile.isRegular("\(addOn.path)/\($0)") }
  }

  /// Without links; as it was given where nothing is there.
  static func real(_ path: String) -> String {
    guard let found = realpath(path, nil) else { return path }
    defer { free(found) }
    return String(cString: found)
  }

  /// Without `.` and `..`, by the names alone.
  static func plain(_ path: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == ".." { _ = parts.popLast() } else { parts.append(part) }
    }
    return "/" + parts.joined(separator: "/")
  }

  private static func common(_ folders: [String]) -> String {
    var shared = folders.first?.split(separator: "/") ?? []
    for folder in folders {
      let parts = folder.split(separator: "/")
      shared = Array(zip(shared, parts).prefix { $0 == $1 }.map(\.0))
    }
    return "/" + shared.joined(separator: "/")
  }
}

/// Follows a tree from kustomization to kustomization.
private struct KustomizeReader {
  let addOn: OwnAddOn
  /// Absolute path to what it holds.
  var files: [String: [UInt8]] = [:]
  /// With a kustomization, without links.
  var folders: [String] = []
  private var bytes = 0

  init(addOn: OwnAddOn) { self.addOn = addOn }

  /// - Parameters:
  ///   - folder: without links.
  ///   - place: where it is named; nil for the add-on's own.
  ///   - trail: folders that lead here.
  /// - Returns: the path of its kustomization.
  @discardableResult
  mutating func enter(_ folder: String, from place: Subject?, trail: [String]) throws(HearthError) -> String {
    let found = KustomizeTree.names.map { "\(folder)/\($0)" }.filter(RegularFile.isRegular)
    guard let file = found.first else {
      throw mistake(
        "\(folder) has no kustomization.yaml", at: place ?? Subject(file: folder), "name a folder that has one")
    }
    guard found.count == 1 else {
      throw mistake(
        "the folder has two kustomizations", at: Subject(file: file), "keep one: \(found.joined(separator: ", "))")
    }
    guard !trail.contains(folder) else {
      throw mistake("the kustomization leads back to itself", at: place ?? Subject(file: file), "name another folder")
    }
    guard !folders.contains(folder) else { return file }
    folders.append(folder)
    for reference in try KustomizeReferences.all(in: try take(file, at: Subject(file: file)), of: file) {
      try follow(reference, in: folder, of: file, trail: trail + [folder])
    }
    return file
  }

  private mutating func follow(
    _ reference: KustomizeReferences.Reference, in folder: String, of file: String, trail: [String]
  ) throws(HearthError) {
    let place = Subject(file: file, line: reference.line)
    let text = reference.path
    guard !KustomizeReferences.isRemote(text) else {
      throw mistake(
        "`\(text.visibleLine)` is not on this machine; hearth renders local files only", at: place,
        "fetch it into a folder beside the add-on and name that")
    }
    guard !text.hasPrefix("/"),
      text.unicodeScalars.allSatisfy({ !$0.properties.isDefaultIgnorableCodePoint && $0.value >= 32 })
    else {
      throw mistake(
        "`\(text.visibleLine)` is not a path relative to its kustomization", at: place, "write it without `/` in front")
    }
    let path = KustomizeTree.plain("\(folder)/\(text)")
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw mistake("`\(text.visibleLine)` is not there", at: place, "correct the path, or take it out")
    }
    switch (reference.target, isFolder.boolValue) {
    case (.any, true), (.folder, true): try enter(KustomizeTree.real(path), from: place, trail: trail)
    case (.folder, false): throw mistake("`\(text.visibleLine)` is a file, not a folder", at: place, "name its folder")
    case (.manifest, true), (.bytes, true):
      throw mistake("`\(text.visibleLine)` is a folder, not a file", at: place, "name a file in it")
    case (.any, false), (.manifest, false), (.bytes, false):
      guard KustomizeTree.real(path).hasPrefix(folder == "/" ? folder : folder + "/"), path.hasPrefix(folder) else {
        throw mistake(
          "`\(text.visibleLine)` lies outside its kustomization's folder, where kubectl reads no file", at: place,
          "copy it there, or name a folder with a kustomization of its own")
      }
      let bytes = try take(path, at: place)
      if reference.target != .bytes { _ = try AddOnManifests.documents(in: bytes, of: path) }
    }
  }

  /// Reads a file once.
  private mutating func take(_ path: String, at place: Subject) throws(HearthError) -> [UInt8] {
    if let known = files[path] { return known }
    let found = try RegularFile.read(path, limitBytes: AddOnManifests.fileBytes, code: .inventory)
    bytes += found.count
    guard files.count < AddOnManifests.mostFiles, bytes <= KustomizeTree.mostBytes else {
      throw mistake(
        "the add-on \(addOn.name) has more than \(AddOnManifests.mostFiles) files or \(KustomizeTree.mostBytes) bytes",
        at: place, "cut it in two")
    }
    files[path] = found
    return found
  }

  private func mistake(_ message: String, at place: Subject, _ hint: String) -> HearthError {
    HearthError(.inventory, message, subject: place, hint: hint)
  }
}
