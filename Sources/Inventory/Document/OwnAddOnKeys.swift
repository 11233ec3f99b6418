import Schema

struct OwnAddOnSection: Sendable {
  var place: Place
  var name: Located<String>?
  var path: String?
  var needs: [Located<String>]

  var addOn: OwnAddOn? {
    guard let name, let path else { return nil }
    return OwnAddOn(name: name.value, path: path, needs: needs.map(\.value))
  }
}

/// An element of `cluster.addons.own`.
enum OwnAddOnKeys {
  static let name = Key(
    "name", Kind<String>.name.located, required: true, example: "storage", "Name of the add-on, yours to choose.")
  static let path = Key(
    "path", Kind<String>.path, required: true, example: "./addons/storage",
    "A file of manifests, a folder with all its `.yaml`, `.yml` and `.json` files, or a Kustomize tree.")
  static let needs = Key(
    "needs", Kind<String>.name.located.list(), fallback: "none", example: "[storage]",
    "Names of add-ons that must serve before this one is applied.")

  static let kind = Kind<OwnAddOnSection>.object(
    "an add-on of your own", "Manifests that hearth keeps in the cluster.", keys: [name, path, needs]
  ) { fields in
    OwnAddOnSection(place: fields.place, name: fields[name], path: fields[path], needs: fields[needs] ?? [])
  }
}

extension InventoryRule {
  static let ownAddOns = InventoryRule { document, decoding in
    let sections = document.cluster.addons.own
    let catalogue = document.cluster.addons.catalogue
    let names = sections.compactMap(\.name?.value) + catalogue.sorted()
    var seen: [String: Place] = [:]
    for section in sections {
      guard let name = section.name else { continue }
      if let earlier = seen.updateValue(name.place, forKey: name.value) {
        decoding.add(
          "two add-ons are named `\(name.value)`, the first in line \(earlier.line)", at: name.place,
          hint: "give each a name of its own")
      }
      if catalogue.contains(name.value) {
        decoding.add(
          "`\(name.value)` is an add-on of hearth's, which this inventory chooses", at: name.place,
          hint: "give yours another name")
      }
      for need in section.needs where !names.contains(need.value) || need.value == name.value {
        decoding.add(
          need.value == name.value
            ? "`\(need.value)` needs itself"
            : "`\(need.value)` is not an add-on of this inventory" + didYouMean(need.value, among: names),
          at: need.place, hint: "name one of `own`")
        return
      }
    }
    if seen.count == sections.count, sections.compactMap(\.addOn).inOrder(after: catalogue) == nil,
      let first = sections.first
    {
      decoding.add("add-ons need one another in a circle", at: first.place, hint: "let one of them need none")
    }
  }
}
