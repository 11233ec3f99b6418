import Artifacts
import Diagnostics
import HTTP
import Inventory
import PKI
import Provision
import Templates
import TestSupport
import Testing

@testable import Bootstrap

/// The catalogue's add-ons as data: their objects, their images and where these go.
struct CatalogueAddOnTests {
  private static let digest = "sha256:1eba82e9c386038b4af6d69cca7519fac738c28c42735ed48ce70c882ad0d80f"

  private func rack(_ storage: LocalStorage? = LocalStorage()) -> Rack {
    var rack = SampleRack.reference.rack
    rack.cluster.addons.storage = storage
    return rack
  }

  private func software(_ reference: String = "docker.io/rancher/local-path-provisioner:v0.0.36") throws -> Software {
    var software = try #require(SampleRack.reference.software[.arm64])
    software.addOns["local-path-provisioner"] = .init(
      reference: reference, archive: LocalFile(path: "/cache/provisioner", sha256: "provisioner", bytes: 1))
    return software
  }

  private func objects(_ storage: LocalStorage, onlyOn architecture: Architecture? = nil) throws -> [AddOnObject] {
    let rack = rack(storage)
    let addOn = try #require(rack.cluster.addons.catalogue.first)
    return try addOn.manifests(rack: rack, software: try software(), onlyOn: architecture).objects
  }

  @Test func `Storage is a default StorageClass by a provisioner with few rights, in a namespace of its own`() throws {
    let objects = try objects(LocalStorage())
    #expect(
      objects.map(\.title) == [
        "Namespace hearth-storage", "ServiceAccount hearth-storage/local-path-provisioner",
        "Role hearth-storage/local-path-provisioner", "RoleBinding hearth-storage/local-path-provisioner",
        "ClusterRole hearth:local-path-provisioner", "ClusterRoleBinding hearth:local-path-provisioner",
        "ConfigMap hearth-storage/local-path-config", "Deployment hearth-storage/local-path-provisioner",
        "StorageClass local",
      ])
    let storageClass = try #require(objects.last?.value)
    let isDefault = storageClass["metadata"]["annotations"]["storageclass.kubernetes.io/is-default-class"]
    #expect(isDefault == "true" && storageClass["volumeBindingMode"] == "WaitForFirstConsumer")
    let pod = objects[7].value["spec"]["template"]["spec"]
    let container = try #require(pod["containers"].array.first)
    #expect(container["image"] == "docker.io/rancher/local-path-provisioner:v0.0.36")
    #expect(container["resources"]["requests"]["memory"] == "48Mi")
    #expect(container["securityContext"]["capabilities"]["drop"] == ["ALL"])
    #expect(pod["nodeSelector"] == .null && pod["securityContext"]["runAsNonRoot"] == true)
  }

  @Test func `Each node has the folder that the inventory gives it`() throws {
    let objects = try objects(LocalStorage(path: "/srv/volumes", paths: ["pi4": "/mnt/ssd/volumes"]))
    let config = objects[6].value["data"]
    let paths = try JSONValue(json: Array((config["config.json"].string ?? "").utf8))
    #expect(
      paths["nodePathMap"] == [
        ["node": "DEFAULT_PATH_FOR_NON_LISTED_NODES", "paths": ["/srv/volumes"]],
        ["node": "pi4", "paths": ["/mnt/ssd/volumes"]],
      ])
    let helper = try #require(try JSONValue.documents(yaml: config["helperPod.yaml"].string ?? "").first)
    #expect(helper["spec"]["containers"].array.first?["image"] == "registry.example.org/smoke:1")
    // Another folder is another pod: it reads them when it starts.
    let marks = try [LocalStorage(), LocalStorage(path: "/srv/volumes")].map { storage in
      try self.objects(storage)[7].value["spec"]["template"]["metadata"]["annotations"]["hearth/paths"]
    }
    #expect(marks[0] != marks[1])
  }

  private func phases(_ facts: [String: Facts], _ software: [Architecture: Software]) throws -> [Phase] {
    try ClusterBootstrap(rack: rack(), facts: facts)
      .phases(authority: try Authority.create(cluster: "home"), software: software)
  }

  private func addOns(_ phases: [Phase]) -> [String] {
    phases.flatMap { $0.resources["pi1"] ?? [] }.compactMap { resource -> String? in
      if case .custom(let custom) = resource, custom.name.contains("add-on") { custom.name } else { nil }
    }
  }

  @Test func `A chosen add-on is part of the plan, and its image comes to every node`() throws {
    let phases = try phases(SampleRack.reference.facts, [.arm64: try software()])
    #expect(addOns(phases) == ["former add-ons", "add-on local-storage"])
    for node in rack().nodes {
      let paths = phases.flatMap { $0.resources[node.name] ?? [] }.compactMap { resource -> String? in
        if case .delivery(let delivery) = resource { delivery.path } else { nil }
      }
      #expect(paths.contains("/var/lib/hearth/images/docker.io_rancher_local-path-provisioner_v0.0.36.tar"))
    }
  }

  @Test func `Nothing of it is there when it is not chosen`() throws {
    let phases = try ClusterBootstrap(rack: rack(nil), facts: SampleRack.reference.facts)
      .phases(authority: try Authority.create(cluster: "home"), software: SampleRack.reference.software)
    #expect(addOns(phases) == ["former add-ons"])
  }

  @Test func `An image with a name for each architecture keeps its pod to one, and a shared one is refused`() throws {
    var facts = SampleRack.reference.facts
    facts["pi4"]?.architecture = .amd64
    facts["pi4"]?.machine = "x86_64"
    var other = try software("hearth.local/local-path-provisioner:amd64")
    let phases = try phases(facts, [.arm64: try software(), .amd64: other])
    let probe = try #require(
      phases.flatMap { $0.resources["pi1"] ?? [] }.compactMap { resource -> String? in
        if case .custom(let custom) = resource, custom.name == "add-on local-storage" { custom.probe } else { nil }
      }.first)
    #expect(probe.contains(#""kubernetes.io/arch": "arm64""#))
    other.smoke?.reference = "hearth.local/smoke:amd64"
    let errors = #expect(throws: HearthErrors.self) {
      try self.phases(facts, [.arm64: try software(), .amd64: other])
    }
    #expect(errors?.errors.first?.code == .unsupported)
  }

  @Test func `Its image is an artifact with the catalogue's digest, which a lock file may replace`() throws {
    let folder = try TemporaryFolder("hearth-catalogue")
    func image(_ rack: Rack) throws -> (LockedImage?, replaced: [String]) {
      var rack = rack
      rack.cluster.artifacts = .upstream
      rack.cluster.addons.webAssembly = .none
      let library = try SoftwareLibrary(rack: rack, beside: folder.path, cache: folder.file("cache"), own: nil)
      let artifact = try library.artifacts(for: .arm64).first { $0.name == "local-path-provisioner" }
      guard case .image(let image)? = artifact?.content else { return (nil, []) }
      return (image, library.store.lock.replacements.map(\.before.reference))
    }
    let usual = try image(rack())
    #expect(usual.0?.place == .registry(digest: try #require(Checksum(digest: Self.digest))))
    #expect(try image(rack(nil)).0 == nil)
    let own = LockedImage(
      name: "local-path-provisioner", architecture: .arm64, reference: "hearth.local/local-path-provisioner:1",
      place: .archive(path: "images/a.tar", checksum: .of([1])))
    try folder.write("artifacts.lock.yaml", ArtifactLock(images: [own]).yaml())
    let replaced = try image(rack())
    #expect(replaced.0 == own)
    #expect(replaced.replaced == ["docker.io/rancher/local-path-provisioner:v0.0.36"])
  }
}
