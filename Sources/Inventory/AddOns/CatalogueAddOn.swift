package import Diagnostics
import Foundation
import Schema

/// An add-on that comes with hearth: data, not code. One file of `inventory/addons/`, with its manifests beside it.
package struct CatalogueAddOn: Sendable, Equatable {
  /// An image that its pods run.
  package struct Image: Sendable, Equatable {
    /// As in a lock file, which may put another image in its place.
    package var name: String
    package var reference: String
    /// Architecture to digest, as `sha256:…`. Where one is missing, a lock file of the user's must name the image.
    package var digests: [String: String]
  }

  package enum SharedImage: String, Sendable, CaseIterable {
    /// busybox, as the smoke test's pods run it.
    case smoke
  }

  package var name: String
  package var title: String
  package var version: String
  /// The project's address.
  package var source: String
  package var license: String
  /// What it asks of one node.
  package var memoryMiB: Int
  /// Names of other add-ons of the catalogue.
  package var needs: [String]
  package var images: [Image]
  /// Images of the cluster's own that its pods run on every node.
  package var shared: [SharedImage]
  /// A template of Kubernetes objects: `{{images.NAME}}`, `{{memory}}` and the values of its choice stand in it.
  package var manifests: String

  /// All that come with hearth, by name. A test reads them, so they can be read.
  package static let embedded: [String: CatalogueAddOn] = (try? all(embeddedFiles)) ?? [:]

  /// - Parameter files: name to text; manifests end with `.manifests.yaml`.
  /// - Throws: every mistake of the first file that has one, with its lines.
  package static func all(_ files: [String: String]) throws(HearthErrors) -> [String: CatalogueAddOn] {
    var all: [String: CatalogueAddOn] = [:]
    for (file, text) in files.sorted(by: { $0.key < $1.key }) where !file.hasSuffix(".manifests.yaml") {
      let addOn = try decode(text, file: "inventory/addons/\(file)", beside: files)
      guard all.updateValue(addOn, forKey: addOn.name) == nil else {
        throw mistake("two add-ons are named `\(addOn.name)`", file)
      }
    }
    for addOn in all.values {
      if let gap = addOn.needs.first(where: { all[$0] == nil }) {
        throw mistake("`\(addOn.name)` needs `\(gap)`, which is not an add-on of the catalogue", addOn.name)
      }
    }
    return all
  }

  /// - Parameter files: where its manifests are.
  /// - Throws: every mistake, with its line.
  package static func decode(
    _ text: String, file: String, beside files: [String: String]
  ) throws(HearthErrors) -> CatalogueAddOn {
    var decoding = Decoding(file: file)
    guard let tree = try YAMLTree.parse(text, file: file) else { throw mistake("the add-on is empty", file) }
    let section = CatalogueAddOnKeys.kind.decode(tree, &decoding)
    if let name = section?.manifests, files[name.value] == nil {
      decoding.add("there are no manifests `\(name.value)`", at: name.place, hint: "put them beside this file")
    }
    guard decoding.mistakes.isEmpty, let addOn = section?.addOn(files) else {
      throw HearthErrors(decoding.sortedMistakes)
    }
    return addOn
  }

  private static func mistake(_ message: String, _ file: String) -> HearthErrors {
    HearthErrors([HearthError(.inventory, message, subject: Subject(file: file))])
  }
}

extension AddOns {
  /// Names of the catalogue's add-ons that the inventory chooses.
  package var chosen: [String] { storage == nil ? [] : ["local-storage"] }

  /// Each behind those that it needs.
  package var catalogue: [CatalogueAddOn] {
    var ordered: [CatalogueAddOn] = []
    func add(_ name: String) {
      guard !ordered.contains(where: { $0.name == name }), let addOn = CatalogueAddOn.embedded[name] else { return }
      addOn.needs.forEach(add)
      ordered.append(addOn)
    }
    chosen.forEach(add)
    return ordered
  }
}
