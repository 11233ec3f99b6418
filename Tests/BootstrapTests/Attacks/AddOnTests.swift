import Artifacts
import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Templates
import TestSupport
import Testing

@testable import Bootstrap

struct AddOnManifestTests {
  private func read(_ files: [String: String]) throws -> AddOnManifests {
    let folder = try TemporaryFolder("hearth-addon")
    for (name, text) in files { try folder.write(name, text) }
    return try AddOnManifests.read(OwnAddOn(name: "a", path: folder.path))
  }

  @Test func `All manifests of a folder are read by name, lists taken apart, the rest left alone`() throws {
    let manifests = try read([
      "2.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: b, namespace: web}\n---\n\n---\n# nothing\n",
      "1.json":
        #"{"apiVersion":"v1","kind":"List","items":[{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"a"}}]}"#,
      "3.yml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: x.example.org}\n",
      "README.md": "no manifest", ".hidden.yaml": "no: manifest",
    ])
    #expect(
      manifests.objects.map(\.line) == [
        "Deployment.v1.apps - a", "ConfigMap.v1. web b",
        "CustomResourceDefinition.v1.apiextensions.k8s.io - x.example.org",
      ])
    #expect(manifests.objects.map(\.comesFirst) == [false, false, true])
  }

  /// Each line stands for ten times the one before.
  static let bomb: String = {
    let names = Array("abcdefgh").map(String.init)
    let lines = zip(names, names.dropFirst()).map { former, name in
      "\(name): &\(name) [\(Array(repeating: "*\(former)", count: 10).joined(separator: ","))]\n"
    }
    return "a: &a [x,x,x,x,x,x,x,x,x,x]\n" + lines.joined()
  }()

  @Test(arguments: [
    ("", "no manifest"), ("a: [", "not YAML"), ("kind: Pod", "not a Kubernetes object"),
    ("apiVersion: v1\nkind: Pod\nmetadata: {generateName: x-}", "not a Kubernetes object"),
    ("apiVersion: v1\nkind: Pod\nmetadata: {name: \"x y\"}", "not a Kubernetes object"),
    ("apiVersion: v1\nkind: \"-A\\nPod\"\nmetadata: {name: x}", "not a Kubernetes object"),
    (
      "apiVersion: v1\nkind: Pod\nmetadata: {name: x}\n---\napiVersion: v1\nkind: Pod\n"
        + "metadata: {name: x, namespace: default}",
      "twice"
    ),
    ("- a\n- b", "not a Kubernetes object"), (bomb, "values"),
    // Five documents, each of them small enough.
    (Array(repeating: bomb.components(separatedBy: "f: ")[0], count: 5).joined(separator: "---\n"), "values"),
    (
      Array(repeating: "apiVersion: v1\nkind: Pod\nmetadata: {name: x}", count: 501).joined(separator: "\n---\n"),
      "more than 500"
    ),
    (String(repeating: "# x\n", count: 300_000), "larger"),
  ])
  func `What is not a manifest is refused with its file`(_ text: String, _ message: String) throws {
    let error = #expect(throws: HearthError.self) { try read(["x.yaml": text]) }
    #expect(error?.code == .inventory)
    #expect(error.map { "\($0.message) \($0.cause ?? "")" }?.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.subject.file != nil)
  }

  @Test func `A path that is not there is named`() {
    let error = #expect(throws: HearthError.self) {
      try AddOnManifests.read(OwnAddOn(name: "a", path: "/nowhere/addon"))
    }
    #expect(error?.subject.file == "/nowhere/addon")
  }
}

/// The programs of an add-on against etcd, the API server and the controller manager that hearth would start.
@Suite(.enabled(if: ControlPlaneDaemons.missing == nil), .serialized, .onLivingControlPlane)
struct AddOnTests {
  /// One add-on in a folder of its own.
  private final class Site {
    let plane: LivingControlPlane
    let folder: TemporaryFolder
    var names: [String]

    init(_ names: [String]) throws {
      plane = try .required()
      folder = try TemporaryFolder("hearth-addons")
      self.names = names
      for name in names {
        try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
      }
    }

    /// Of the catalogue, in front of the others.
    var catalogue: [AddOnManifests] = []

    func resources() throws -> [Resource.Custom] {
      let addOns = try catalogue + names.map { try AddOnManifests.read(OwnAddOn(name: $0, path: folder.file($0))) }
      return try plane.objects().addOnResources(addOns).compactMap { resource in
        if case .custom(let custom) = resource { custom } else { nil }
      }
    }

    /// What a plan shows, without a change to the cluster.
    func plan() throws -> [String] {
      try resources().flatMap { custom in
        let result = try plane.shell(custom.probe, files: [:])
        return custom.judge(result.status, Array(result.output.utf8)).map {
          "\($0.field): \($0.from ?? "-") > \($0.to ?? "-")"
        }
      }
    }

    @discardableResult
    func apply() throws -> String {
      var said = ""
      for custom in try resources() {
        let result = try plane.shell(custom.probe, files: [:])
        guard !custom.judge(result.status, Array(result.output.utf8)).isEmpty else { continue }
        let program = try custom.program()
        let done = try plane.shell(program.script, files: program.files)
        said += done.output
        guard done.status == 0 else { throw Command.Failure(description: "\(custom.name): \(done.output)") }
      }
      return said
    }
  }

  private static func config(_ name: String, _ value: String, namespace: String = "shelf") -> String {
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: \(name), namespace: \(namespace)}\ndata: {key: \(value)}\n---\n"
  }
  private static let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shelf}\n---\n"

  @Test func `An add-on is planned, applied, kept, changed and removed without a trace`() throws {
    let site = try Site(["shelf"])
    try site.folder.write("shelf/a.yaml", Self.config("one", "first") + Self.config("two", "first") + Self.namespace)
    #expect(try site.plan().contains("ConfigMap shelf/one: - > created"))
    #expect(try site.plan().contains("Namespace shelf: - > created"))
    try site.apply()
    #expect(try site.plan() == [], "nothing is left to do")
    #expect(try site.plane.kubectl("-n", "shelf", "get", "configmap", "one", "-o", "jsonpath={.data.key}") == "first")

    // By hand: it is drift, shown by its field, and put right.
    try site.plane.kubectl("-n", "shelf", "patch", "configmap", "one", "-p", "{\"data\":{\"key\":\"mine\"}}")
    #expect(try site.plan() == ["ConfigMap shelf/one data.key: mine > first"])
    try site.apply()
    #expect(try site.plan() == [])

    // One object leaves the add-on, another changes; what somebody made beside them stays.
    try site.plane.kubectl("-n", "shelf", "create", "configmap", "theirs")
    try site.folder.write("shelf/a.yaml", Self.config("one", "second") + Self.namespace)
    #expect(
      try site.plan() == ["ConfigMap shelf/one data.key: first > second", "ConfigMap shelf/two: there > -"])
    try site.apply()
    #expect(try site.plan() == [])
    let left = try site.plane.kubectl("-n", "shelf", "get", "configmaps", "-o", "name")
    #expect(left.contains("configmap/theirs") && left.contains("configmap/one") && !left.contains("configmap/two"))

    // The add-on leaves the inventory.
    site.names = []
    #expect(try site.plan() == ["add-on shelf: 2 objects > -"])
    try site.plane.kubectl("-n", "shelf", "delete", "configmap", "theirs")
    try site.apply()
    #expect(try site.plan() == [])
    #expect(try site.plane.kubectl("-n", "kube-system", "get", "configmap", "-l", "hearth/addon", "-o", "name") == "")
    #expect(!site.plane.isAllowed(as: "etc/kubernetes/pki/admin.pem", "-n", "shelf", "get", "configmap", "one"))
  }

  @Test func `A definition comes before its objects, whatever the order of the files`() throws {
    let site = try Site(["kinds"])
    try site.folder.write(
      "kinds/1.yaml", "apiVersion: shelf.example.org/v1\nkind: Book\nmetadata: {name: atlas}\nspec: {pages: 3}\n")
    try site.folder.write(
      "kinds/2.yaml",
      """
      apiVersion: apiextensions.k8s.io/v1
      kind: CustomResourceDefinition
      metadata: {name: books.shelf.example.org}
      spec:
        group: shelf.example.org
        scope: Namespaced
        names: {plural: books, singular: book, kind: Book}
        versions:
          - name: v1
            served: true
            storage: true
            schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {pages: {type: integer}}}}}}
      """)
    try site.apply()
    #expect(try site.plan() == [])
    #expect(try site.plane.kubectl("get", "book", "atlas", "-o", "jsonpath={.spec.pages}") == "3")
    site.names = []
    try site.apply()
    #expect(!site.plane.isAllowed(as: "etc/kubernetes/pki/admin.pem", "get", "books"))
  }

  @Test func `What Flux or Argo CD keeps is shown and not touched`() throws {
    let site = try Site(["theirs"])
    let text = Self.config("shared", "theirs", namespace: "default")
    let file = try site.folder.write("flux.yaml", text)
    try site.plane.kubectl("apply", "--server-side", "--field-manager=kustomize-controller", "-f", file)
    try site.folder.write("theirs/a.yaml", Self.config("shared", "mine", namespace: "default"))
    #expect(try site.plan().contains("ConfigMap default/shared kept by: kustomize-controller > hearth"))
    #expect(throws: (any Error).self) { try site.apply() }
    #expect(try site.plane.kubectl("get", "configmap", "shared", "-o", "jsonpath={.data.key}") == "theirs")
    try site.plane.kubectl("delete", "configmap", "shared")
    site.names = []
    try site.apply()
  }

  @Test func `What somebody else has put in an object's place is not removed`() throws {
    let site = try Site(["swap"])
    try site.folder.write("swap/a.yaml", Self.config("swapped", "mine", namespace: "default"))
    try site.apply()
    try site.plane.kubectl("delete", "configmap", "swapped")
    try site.plane.kubectl("create", "configmap", "swapped", "--from-literal=key=other")
    site.names = []
    try site.apply()
    #expect(try site.plane.kubectl("get", "configmap", "swapped", "-o", "jsonpath={.data.key}") == "other")
    try site.plane.kubectl("delete", "configmap", "swapped")
  }

  @Test func `Secrets are compared and never shown; a deployment is waited for`() throws {
    let site = try Site(["mixed"])
    try site.folder.write(
      "mixed/a.yaml",
      """
      apiVersion: v1
      kind: Secret
      metadata: {name: key}
      stringData: {password: correct-horse}
      ---
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: none}
      spec:
        replicas: 0
        selector: {matchLabels: {app: none}}
        template: {metadata: {labels: {app: none}}, spec: {containers: [{name: a, image: "example/a:1", resources: {limits: {cpu: 1000m}}}]}}
      """)
    try site.apply()
    #expect(try site.plan() == [], "a quantity in another form is not a difference")
    try site.folder.write(
      "mixed/a.yaml", "apiVersion: v1\nkind: Secret\nmetadata: {name: key}\nstringData: {password: battery}\n")
    let plan = try site.plan()
    #expect(plan.contains { $0.hasPrefix("Secret key ") && $0.hasSuffix("(hidden) > (hidden)") }, "\(plan)")
    #expect(!plan.joined().contains("battery") && !plan.joined().contains("YmF0dGVyeQ"))
    site.names = []
    try site.apply()
  }

  /// No scheduler and no kubelet runs here, so that it asks for no pods.
  private static func storage(_ path: String) throws -> AddOnManifests {
    var rack = SampleRack.reference.rack
    rack.cluster.addons.storage = LocalStorage(path: path)
    let addOn = try #require(rack.cluster.addons.catalogue.first)
    var software = try #require(SampleRack.reference.software[.arm64])
    software.addOns["local-path-provisioner"] = .init(
      reference: "example.org/local-path-provisioner:1", archive: software.pause.archive)
    var manifests = try addOn.manifests(rack: rack, software: software, onlyOn: nil)
    manifests.objects = manifests.objects.compactMap { object in
      object.kind == "Deployment" ? AddOnObject(object.value.overlaid(by: ["spec": ["replicas": 0]])) : object
    }
    return manifests
  }

  @Test func `The catalogue's storage is taken by the API server, drifts, changes its folder and leaves`() throws {
    let site = try Site([])
    site.catalogue = [try Self.storage("/srv/volumes")]
    #expect(try site.plan().contains("StorageClass local: - > created"))
    try site.apply()
    #expect(try site.plan() == [], "nothing is left to do")

    try site.plane.kubectl(
      "annotate", "storageclass", "local", "storageclass.kubernetes.io/is-default-class=false", "--overwrite")
    #expect(
      try site.plan() == [
        "StorageClass local metadata.annotations.storageclass.kubernetes.io/is-default-class: false > true"
      ])
    try site.apply()

    site.catalogue = [try Self.storage("/mnt/ssd/volumes")]
    let changes = try site.plan()
    #expect(changes.contains { $0.contains("data.config.json") && $0.contains("/mnt/ssd/volumes") }, "\(changes)")
    try site.apply()
    #expect(try site.plan() == [])

    site.catalogue = []
    #expect(try site.plan() == ["add-on local-storage: 9 objects > -"])
    try site.apply()
    #expect(try site.plan() == [])
    #expect(try site.plane.kubectl("get", "storageclass,clusterrole", "-o", "name").contains("local") == false)
  }
}
