import Schema

struct StorageSection: Sendable {
  var isWanted = true
  var path: Located<String>?
  var nodes: [NodeFolder] = []

  struct NodeFolder: Sendable {
    var node: Located<String>
    var path: String
  }

  var storage: LocalStorage? {
    guard isWanted else { return nil }
    return LocalStorage(
      path: path?.value ?? LocalStorage.usualPath,
      paths: Dictionary(nodes.map { ($0.node.value, $0.path) }) { first, _ in first })
  }
}

/// `cluster.addons.storage`.
enum StorageKeys {
  static let local = Key(
    "local", LocalStorageKeys.kind, "A StorageClass `local`, the default one: a folder on the node of the first pod.")

  private enum Word: String, Sendable { case local, none }

  static let kind = Kind<StorageSection>.either(
    Kind<Word>.choice([
      (.local, "A StorageClass `local` by local-path-provisioner, with volumes below \(LocalStorage.usualPath)."),
      (.none, "No StorageClass; you bring your own."),
    ]).map { StorageSection(isWanted: $0 == .local) },
    .object("storage", "What volumes are made of.", keys: [local], exactlyOne: true) { fields in fields[local] })
}

/// `cluster.addons.storage.local`.
enum LocalStorageKeys {
  static let path = Key(
    "path", Kind<String>.volumeFolder.located, fallback: LocalStorage.usualPath,
    "Folder of the volumes on every node. It should lie on the fastest disk, and on no SD card.")
  static let nodes = Key(
    "nodes", Kind<[StorageSection.NodeFolder]>.nodeFolders, fallback: "`path`", example: "{pi4: /mnt/ssd/volumes}",
    "Other folders, by the name of the node. Volumes that exist stay where they are.")

  static let kind = Kind<StorageSection>.object(
    "local storage", "A StorageClass `local`, the default one: a folder on the node of the first pod.",
    keys: [path, nodes]
  ) { fields in StorageSection(path: fields[path], nodes: fields[nodes] ?? []) }
}

extension Kind where Value == String {
  /// A folder for volumes.
  fileprivate static let volumeFolder = Kind(shape: .text(.volumeFolder)) { tree, decoding in
    guard let path = text(.volumeFolder).decode(tree, &decoding) else { return nil }
    guard let objection = LocalStorage.objection(to: path) else { return path }
    decoding.add(
      "`\(path)` \(objection): no volumes may lie there", at: tree.place,
      hint: "take \(LocalStorage.usualPath), or a folder of a disk that is mounted for data, such as /mnt/ssd/volumes")
    return nil
  }
}

extension Kind where Value == [StorageSection.NodeFolder] {
  fileprivate static let nodeFolders = Kind(shape: .map(keys: .dnsLabel, values: .volumeFolder)) { tree, decoding in
    guard case .map(let entries) = tree.content else {
      let hint = "write `\(decoding.key): {pi4: /mnt/ssd/volumes}`"
      return decoding.mismatch(tree, .map(keys: .dnsLabel, values: .volumeFolder), hint: hint)
    }
    return entries.compactMap { entry in
      if let earlier = entry.earlier {
        decoding.add(
          "the node `\(entry.key)` is given twice, first in line \(earlier.line)", at: entry.place,
          hint: "keep one of them")
      }
      let outer = decoding.key
      decoding.key = entry.key
      defer { decoding.key = outer }
      guard let path = Kind<String>.volumeFolder.decode(entry.value, &decoding) else { return nil }
      return .init(node: Located(value: entry.key, place: entry.place), path: path)
    }
  }
}

extension InventoryRule {
  static let storageNodes = InventoryRule { document, decoding in
    let names = document.nodes.compactMap(\.name?.value)
    for folder in document.cluster.addons.storage?.nodes ?? [] where !names.contains(folder.node.value) {
      decoding.add(
        "there is no node `\(folder.node.value)`" + didYouMean(folder.node.value, among: names), at: folder.node.place,
        hint: "name a node of this inventory")
    }
  }
}
