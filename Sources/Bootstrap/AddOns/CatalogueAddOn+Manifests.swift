import Artifacts
import Diagnostics
import Inventory
import Templates

extension CatalogueAddOn {
  /// Its objects for one rack.
  ///
  /// - Parameters:
  ///   - software: of the leading host; its images are what the manifests name.
  ///   - architecture: the one that its images are for; nil where their names hold for every node.
  /// - Throws: `internalError` where the manifests do not fit their values.
  func manifests(
    rack: Rack, software: Software, onlyOn architecture: Architecture?
  ) throws(HearthError) -> AddOnManifests {
    var images = software.addOns.mapValues(\.reference)
    for name in shared { images[name.rawValue] = name.image(of: software)?.reference }
    let values: [String: Any?] = [
      "images": images, "memory": "\(memoryMiB)Mi", "architecture": architecture?.rawValue,
      "paths": rack.cluster.addons.storage?.provisionerPaths,
    ]
    let documents = try Template("addons/\(name).yaml", text: manifests).documents(values)
    let objects = documents.compactMap { AddOnObject($0) }
    guard objects.count == documents.count else {
      throw HearthError(.internalError, "a manifest of the add-on \(name) is not a Kubernetes object")
    }
    return AddOnManifests(name: name, objects: objects)
  }
}

extension CatalogueAddOn.SharedImage {
  func image(of software: Software) -> Software.Image? {
    switch self {
    case .smoke: software.smoke
    }
  }
}

extension LocalStorage {
  /// Which folder each node has, as local-path-provisioner reads it.
  var provisionerPaths: String {
    let others = paths.sorted { $0.key < $1.key }.map { node, path -> JSONValue in
      ["node": .string(node), "paths": [.string(path)]]
    }
    let usual: JSONValue = ["node": "DEFAULT_PATH_FOR_NON_LISTED_NODES", "paths": [.string(path)]]
    let map: JSONValue = ["nodePathMap": .array([usual] + others)]
    return map.line
  }
}
