import Diagnostics
import Schema

struct CatalogueAddOnSection: Sendable {
  var name: String?
  var title: String?
  var version: String?
  var source: String?
  var license: String?
  var memoryMiB: Int?
  var needs: [String]
  var images: [CatalogueAddOn.Image]
  var shared: [CatalogueAddOn.SharedImage]
  var manifests: Located<String>?

  /// Nil as long as something needed is missing, which has been reported.
  func addOn(_ files: [String: String]) -> CatalogueAddOn? {
    guard let name, let title, let version, let source, let license, let memoryMiB,
      let text = manifests.flatMap({ files[$0.value] })
    else { return nil }
    return CatalogueAddOn(
      name: name, title: title, version: version, source: source, license: license, memoryMiB: memoryMiB,
      needs: needs, images: images, shared: shared, manifests: text)
  }
}

/// A file of `inventory/addons/`.
enum CatalogueAddOnKeys {
  static let name = Key("name", Kind<String>.name, required: true, example: "local-storage", "Name of the add-on.")
  static let title = Key("title", Kind<String>.text(.words), required: true, "What it gives, in a few words.")
  static let version = Key(
    "version", Kind<String>.text(.words), required: true, example: "v0.0.36", "As its project writes it.")
  static let source = Key(
    "source", Kind<String>.text(.url), required: true, example: "https://example.org/project", "Where its project is.")
  static let license = Key(
    "license", Kind<String>.text(.words), required: true, example: "Apache-2.0", "By SPDX's name.")
  static let memory = Key(
    "memoryMiB", Kind<Int>.integer(1...65_536), required: true, example: "32",
    "What the scheduler keeps free for it on its node, in mebibytes.")
  static let needs = Key(
    "needs", Kind<String>.name.list(), fallback: "none", "Add-ons of the catalogue that must serve before it.")
  static let images = Key(
    "images", CatalogueImageKeys.kind.list(), fallback: "none", "What its pods run.")
  static let shared = Key(
    "shared", Kind<CatalogueAddOn.SharedImage>.choice([(.smoke, "busybox, as the smoke test's pods run it.")]).list(),
    fallback: "none", "Images of the cluster's own that its pods run on every node.")
  static let manifests = Key(
    "manifests", Kind<String>.text(.words).located, required: true, example: "local-storage.manifests.yaml",
    "A file beside this one, a template of Kubernetes objects.")

  static let kind = Kind<CatalogueAddOnSection>.object(
    "an add-on", "An add-on that comes with hearth.",
    keys: [name, title, version, source, license, memory, needs, images, shared, manifests]
  ) { fields in
    CatalogueAddOnSection(
      name: fields[name], title: fields[title], version: fields[version], source: fields[source],
      license: fields[license], memoryMiB: fields[memory], needs: fields[needs] ?? [], images: fields[images] ?? [],
      shared: fields[shared] ?? [], manifests: fields[manifests])
  }
}

enum CatalogueImageKeys {
  static let name = Key(
    "name", Kind<String>.name, required: true, example: "local-path-provisioner", "Short name, as in a lock file.")
  static let reference = Key(
    "reference", Kind<String>.text(.imageReference), required: true, example: "docker.io/library/busybox:1.37.0",
    "What pods call it.")
  static let digests = Key(
    "digests", CatalogueDigestKeys.kind, required: true, "The digests that a public source states.")

  static let kind = Kind<CatalogueAddOn.Image>.object(
    "an image", "An image that pods of the add-on run.", keys: [name, reference, digests]
  ) { fields in
    guard let name = fields[name], let reference = fields[reference] else { return nil }
    return CatalogueAddOn.Image(name: name, reference: reference, digests: fields[digests] ?? [:])
  }
}

enum CatalogueDigestKeys {
  static let amd64 = Key(
    "amd64", Kind<String>.text(.digest), "Of the manifest, or of the list of manifests that holds it.")
  static let arm64 = Key(
    "arm64", Kind<String>.text(.digest), "Of the manifest, or of the list of manifests that holds it.")

  static let kind = Kind<[String: String]>.object(
    "digests", "Architecture to digest.", keys: [amd64, arm64]
  ) { fields in ["amd64": fields[amd64], "arm64": fields[arm64]].compactMapValues { $0 } }
}

extension TextShape {
  static let imageReference = TextShape(
    expected: "an image with its registry and tag", example: "docker.io/library/busybox:1.37.0",
    pattern: #"[a-z0-9][a-z0-9.-]*(:[0-9]{1,5})?(/[a-z0-9][a-z0-9._-]*)+:[A-Za-z0-9_][A-Za-z0-9._-]{0,127}"#)
  static let digest = TextShape(
    expected: "a digest as sha256: and 64 hexadecimal digits", example: "sha256:" + String(repeating: "0", count: 64),
    pattern: "sha256:[0-9a-f]{64}")
}

extension AddOnsSection {
  /// Names of the catalogue's add-ons that are chosen here.
  var catalogue: Set<String> { Set(AddOns(storage: storage?.storage).catalogue.map(\.name)) }
}
