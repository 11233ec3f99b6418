import Diagnostics
import Inventory
import Testing

struct StorageTests {
  private func addOns(_ text: String) throws -> AddOns {
    let file = try InventoryFile.decode(
      text: """
        cluster:
          name: home
          addons: \(text)
        nodes:
          - {name: pi1, address: 192.168.1.11, roles: [control-plane, worker]}
          - {name: pi4, address: 192.168.1.14}
        """, file: "x.yaml", environment: ["HOME": "/home/me"])
    return file.cluster.addons
  }

  @Test(arguments: [
    ("{}", nil), ("{storage: none}", nil), ("{storage: local}", LocalStorage()),
    ("{storage: {local: {path: /srv/volumes}}}", LocalStorage(path: "/srv/volumes")),
    ("{storage: {local: {nodes: {pi4: /mnt/ssd/volumes}}}}", LocalStorage(paths: ["pi4": "/mnt/ssd/volumes"])),
  ])
  func `Storage is chosen by a word, or with folders`(_ text: String, _ storage: LocalStorage?) throws {
    #expect(try addOns(text).storage == storage)
    #expect(try addOns(text).catalogue.map(\.name) == (storage == nil ? [] : ["local-storage"]))
  }

  @Test func `A node has its own folder, or the usual one`() {
    let storage = LocalStorage(path: "/srv/volumes", paths: ["pi4": "/mnt/ssd/volumes"])
    #expect(["pi1", "pi4"].map(storage.path(on:)) == ["/srv/volumes", "/mnt/ssd/volumes"])
  }

  @Test(arguments: [
    ("/var/lib/hearth/volumes", true), ("/var/lib/hearth/volumes/a", true), ("/mnt/ssd/volumes", true),
    ("/srv/volumes", true), ("/home/pi/volumes", true), ("/usrdata/volumes", true), ("/var/volumes", true),
    ("/", false), ("/srv", false), ("/var/lib", false), ("/etc", false), ("/etc/x", false), ("/usr/local/x", false),
    ("/tmp/x", false), ("/run/x", false), ("/boot/firmware/x", false), ("/var/lib/hearth", false),
    ("/var/lib/hearth/images", false), ("/var/lib/etcd/x", false), ("/var/lib/containerd/x", false),
    ("/srv/../etc/x", false), ("/srv/./x", false), ("/srv//x", false), ("/srv/x/", false), ("//srv/x", false),
  ])
  func `Folders of the system take no volumes`(_ path: String, _ isTaken: Bool) {
    #expect((LocalStorage.objection(to: path) == nil) == isTaken)
  }

  @Test func `An add-on of one's own may need one of the catalogue that is chosen`() throws {
    let own = "own: [{name: db, path: /db, needs: [local-storage]}]"
    #expect(try addOns("{storage: local, \(own)}").own.map(\.name) == ["db"])
    let errors = #expect(throws: HearthErrors.self) { try addOns("{\(own)}") }
    #expect(errors?.errors.map(\.message) == ["`local-storage` is not an add-on of this inventory"])
  }
}

struct CatalogueTests {
  @Test func `Every add-on of the catalogue can be read, with a digest of each image for both architectures`() throws {
    let names = ["local-storage"]
    #expect(CatalogueAddOn.embedded.keys.sorted() == names)
    for addOn in CatalogueAddOn.embedded.values {
      for image in addOn.images {
        #expect(image.digests.keys.sorted() == ["amd64", "arm64"], "\(addOn.name) \(image.name)")
        #expect(image.reference.hasSuffix(":\(addOn.version)"), "\(addOn.name) \(image.reference)")
      }
    }
  }

  private static let good = """
    name: a
    title: something
    version: v1
    source: https://example.org/a
    license: MIT
    memoryMiB: 16
    images:
      - {name: a, reference: 'example.org/a:v1', digests: {amd64: 'sha256:\(String(repeating: "0", count: 64))'}}
    manifests: a.manifests.yaml
    """

  @Test func `An add-on needs no digest for every architecture`() throws {
    let all = try CatalogueAddOn.all(["a.yaml": Self.good, "a.manifests.yaml": "kind: A"])
    #expect(all["a"]?.images.first?.digests.count == 1)
    #expect(all["a"]?.manifests == "kind: A")
  }

  @Test(arguments: [
    ("memoryMiB: 16", "memoryMiB: much", "`memoryMiB` must be a whole number from 1 to 65536, not `much`", 6),
    (
      "example.org/a:v1", "example.org/a",
      "`reference` must be an image with its registry and tag, not `example.org/a`", 8
    ),
    (
      "sha256:\(String(repeating: "0", count: 64))", "x",
      "`amd64` must be a digest as sha256: and 64 hexadecimal digits, not `x`", 8
    ),
    ("license: MIT\n", "", "an add-on lacks `license`", 1),
    ("a.manifests.yaml", "b.manifests.yaml", "there are no manifests `b.manifests.yaml`", 9),
    ("license", "licence", "unknown key `licence`, did you mean `license`?", 5),
  ])
  func `A mistake in a catalogue's file is shown with its line`(
    _ old: String, _ new: String, _ message: String, _ line: Int
  ) throws {
    let text = Self.good.replacing(old, with: new)
    let errors = #expect(throws: HearthErrors.self) {
      try CatalogueAddOn.all(["a.yaml": text, "a.manifests.yaml": "kind: A"])
    }
    let error = try #require(errors?.errors.first)
    #expect(error.message == message)
    #expect(error.subject.file == "inventory/addons/a.yaml" && error.subject.line == line, "\(error.subject)")
  }

  @Test func `What an add-on needs must be in the catalogue, and no name is given twice`() {
    let needy = Self.good + "\nneeds: [b]"
    let gap = #expect(throws: HearthErrors.self) {
      try CatalogueAddOn.all(["a.yaml": needy, "a.manifests.yaml": "kind: A"])
    }
    #expect(gap?.errors.first?.message == "`a` needs `b`, which is not an add-on of the catalogue")
    let twice = #expect(throws: HearthErrors.self) {
      try CatalogueAddOn.all(["a.yaml": Self.good, "b.yaml": Self.good, "a.manifests.yaml": "kind: A"])
    }
    #expect(twice?.errors.first?.message == "two add-ons are named `a`")
  }
}
