import Artifacts
import Foundation
import HTTP
import Inventory
import TestSupport
import Testing

@testable import hearth

/// What `hearth lab up` writes into the inventory, by what the folder of artifacts holds.
struct LabSoftwareTests {
  private func folder(_ entries: [(String, String, String)], images: [String] = []) throws -> TemporaryFolder {
    let folder = try TemporaryFolder("hearth-lab-software")
    var files: [LockedFile] = []
    for (name, version, path) in entries {
      try folder.write(path, Data(path.utf8))
      files.append(
        LockedFile(name: name, version: version, architecture: .amd64, path: path, checksum: .of(Data(path.utf8))))
    }
    var locked: [LockedImage] = []
    for name in images {
      let path = "images/\(name)-amd64.tar"
      try folder.write(path, Data(path.utf8))
      locked.append(
        LockedImage(
          name: name, architecture: .amd64, reference: "example.org/\(name):1",
          place: .archive(path: path, checksum: .of(Data(path.utf8)))))
    }
    try folder.write("artifacts.lock.yaml", Data(ArtifactLock(files: files, images: locked).yaml().utf8))
    return folder
  }

  private func kubelet(_ version: String) -> (String, String, String) {
    ("kubelet", version, "release/\(version)/bin/linux/amd64/kubelet")
  }

  private func found(_ folder: TemporaryFolder, _ wanted: String? = nil) throws -> LabSoftware {
    try LabSoftware(wanted: wanted, folder: folder.path, architecture: .amd64)
  }

  @Test func `v1.20 is taken where it is, with dnsmasq and the engine that is there`() throws {
    let folder = try folder([
      kubelet("v1.20.2"), kubelet("v1.36.99"), ("wasmtime", "49.0.1", "wasmtime/49.0.1/linux/amd64/wasmtime"),
    ])
    #expect(try found(folder) == LabSoftware(kubernetes: KubernetesVersion(1, 20, 2), files: [], images: []))
    #expect(try found(folder).dns == .dnsmasq)
  }

  @Test func `Another version is taken on request, with the parts that the folder holds`() throws {
    let folder = try folder(
      [
        kubelet("v1.36.99"), kubelet("v1.35.99"), ("wasmtime", "49.0.3", "wasmtime/49.0.3/linux/amd64/wasmtime"),
        ("etcd", "v3.5.30", "etcd-io/etcd/releases/download/v3.5.30/etcd-v3.5.30-linux-amd64.tar.gz"),
        ("runc", "v1.4.93", "opencontainers/runc/releases/download/v1.4.93/runc.amd64"),
        ("runc", "v1.4.92", "opencontainers/runc/releases/download/v1.4.92/runc.amd64"),
      ], images: ["coredns", "pause"])
    let newest = try found(folder)
    #expect(newest.kubernetes == KubernetesVersion(1, 36, 99) && newest.dns == .coredns)
    #expect(newest.versions == PartVersions([.etcd: "3.5.30", .runc: "1.4.93", .wasmtime: "49.0.3"]))
    #expect(try found(folder, "v1.35.99").kubernetes == KubernetesVersion(1, 35, 99))
  }

  @Test(arguments: ["v1.36.98", "v1.33.1", "newest", "1.36"])
  func `A version that is none, or not there, is refused`(_ wanted: String) throws {
    let folder = try folder([kubelet("v1.36.99")])
    #expect(throws: (any Error).self) { try found(folder, wanted) }
  }

  @Test func `A folder that is still to be filled gets v1.20`() throws {
    let none = try LabSoftware(wanted: nil, folder: "/nonexistent/folder", architecture: .arm64)
    #expect(none.kubernetes == LabSoftware.usual && none.versions == PartVersions())
  }

  @Test("an inventory that somebody added to stays as long as it is of the same hosts")
  func kept() throws {
    func rack(kubernetes: String = "v1.36.3", address: String = "10.77.0.11", more: String = "") throws -> Rack {
      let text = """
        cluster: {name: home, kubernetes: \(kubernetes)}
        nodes:
          - {name: pi1, address: \(address), roles: [control-plane, worker]}
        \(more)

        """
      return try InventoryFile.decode(text: text, file: "hearth.yaml", environment: [:])
    }
    let old = try rack(more: "cost: {country: DE}")
    #expect(try LabUp.isSame(old, rack()))
    #expect(try !LabUp.isSame(old, rack(kubernetes: "v1.36.2")))
    #expect(try !LabUp.isSame(old, rack(address: "10.77.0.12")))
    #expect(try !LabUp.isSame(old, rack(more: "lab: other")))
  }
}
