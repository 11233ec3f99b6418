import Artifacts
import Diagnostics
import HTTP
import Inventory
import PKI
import Provision
import TestSupport
import Testing

@testable import Bootstrap

/// An amd64 control plane with arm64 workers.
struct MixedArchitectureTests {
  private let sample = SampleRack.reference

  private var facts: [String: Facts] {
    var facts = sample.facts
    facts["pi1"]?.architecture = .amd64
    facts["pi1"]?.machine = "x86_64"
    return facts
  }

  /// As `scripts/build-images` makes them: every architecture has a reference of its own.
  private func software(ownImages: Bool) throws -> [Architecture: Software] {
    let arm = try #require(sample.software[.arm64])
    var intel = arm
    intel.programs = arm.programs.map {
      var program = $0
      program.file = LocalFile(path: $0.file.path.replacing("arm64", with: "amd64"), sha256: "amd64", bytes: 1)
      return program
    }
    if ownImages {
      intel.dns?.reference = "hearth.local/dnsmasq:amd64"
      intel.pause.reference = "hearth.local/pause:amd64"
    }
    return [.arm64: arm, .amd64: intel]
  }

  private func phases(ownImages: Bool) throws -> [Phase] {
    try ClusterBootstrap(rack: sample.rack, facts: facts).phases(
      authority: try Authority.create(cluster: "home"), software: try software(ownImages: ownImages))
  }

  private func deliveries(_ host: String, _ phases: [Phase]) -> [Resource.Delivery] {
    phases.flatMap { $0.resources[host] ?? [] }.compactMap { resource -> Resource.Delivery? in
      if case .delivery(let delivery) = resource { delivery } else { nil }
    }
  }

  @Test func `Every host gets programs and images of its own architecture, and workers no control plane`() throws {
    let phases = try phases(ownImages: true)
    let intel = deliveries("pi1", phases), arm = deliveries("pi2", phases)
    #expect(intel.first { $0.path == "/usr/local/bin/kubelet" }?.file.sha256 == "amd64")
    #expect(arm.first { $0.path == "/usr/local/bin/kubelet" }?.file.sha256 == "kubelet-arm64")
    #expect(intel.contains { $0.path == "/usr/local/bin/kube-apiserver" })
    #expect(!arm.contains { ["kube-apiserver", "etcd", "kubectl"].map { "/usr/local/bin/\($0)" }.contains($0.path) })
    let config = phases.flatMap { $0.resources["pi1"] ?? [] }.compactMap { resource -> String? in
      guard case .file(let file) = resource, file.path == "/etc/hearth/containerd.toml" else { return nil }
      return String(decoding: file.content, as: UTF8.self)
    }
    #expect(config.first?.contains(#"sandbox = "hearth.local/pause:amd64""#) == true)
  }

  @Test(arguments: [true, false])
  func `DNS keeps to one architecture where its image does`(_ ownImages: Bool) throws {
    let objects = try #require(
      try phases(ownImages: ownImages).flatMap { $0.resources["pi1"] ?? [] }.compactMap { resource -> String? in
        if case .custom(let custom) = resource, custom.name == "cluster objects" { custom.probe } else { nil }
      }.first)
    #expect(objects.contains(#""kubernetes.io/arch": "amd64""#) == ownImages)
  }

  @Test func `Programs of control planes are fetched for their architectures only`() async throws {
    let folder = try TemporaryFolder("hearth-mixed")
    var rack = sample.rack
    rack.cluster.kubernetes = KubernetesVersion(1, 36, 99)
    rack.cluster.addons = AddOns(dns: .none, webAssembly: .none)
    rack.cluster.artifacts = .folder(folder.path)
    let release = try #require(KubernetesRelease.of(rack.cluster))
    let names = [Architecture.amd64, .arm64].flatMap { architecture in
      release.programs(version: rack.cluster.kubernetes, architecture)
        .filter { $0.path.hasPrefix("/usr/local/bin/kube") && (!$0.onlyOnControlPlane || architecture == .amd64) }
        .map { "\($0.artifact.name)-\(architecture.rawValue)" }
    }
    #expect(names.contains("kube-apiserver-amd64") && !names.contains("kube-apiserver-arm64"))
    #expect(names.contains("kubelet-arm64"))
    // What the folder lacks is told at once: no API server of the workers' architecture among it.
    var files: [LockedFile] = []
    for architecture in [Architecture.amd64, .arm64] {
      for program in release.programs(version: rack.cluster.kubernetes, architecture) {
        guard case .program(let carriers) = program.artifact.content, let first = carriers.first else { continue }
        files.append(
          LockedFile(
            name: program.artifact.name, version: program.artifact.version, architecture: architecture,
            path: first.path, checksum: .of([1])))
      }
    }
    let images = try ["pause", "smoke"].flatMap { name in
      try [Architecture.amd64, .arm64].map { architecture in
        LockedImage(
          name: name, architecture: architecture, reference: "hearth.local/\(name):1",
          place: .archive(path: "images/\(name)-\(architecture.rawValue).tar", checksum: .of([1])))
      }
    }
    let own = files.filter { $0.path.hasPrefix("release/") }
    try folder.write("artifacts.lock.yaml", ArtifactLock(files: own, images: images).yaml())
    let library = try SoftwareLibrary(rack: rack, beside: folder.path, cache: folder.file("cache"), own: nil)
    let error = try await #require(throws: HearthError.self) {
      _ = try await library.software(for: [.amd64, .arm64], controlPlanes: [.amd64], events: SilentSink())
    }
    #expect(error.output.contains { $0.hasSuffix("linux/amd64/kube-apiserver") })
    #expect(error.output.contains { $0.hasSuffix("linux/arm64/kubelet") })
    #expect(!error.output.contains { $0.hasSuffix("linux/arm64/kube-apiserver") })
    #expect(!error.output.contains { $0.contains("etcd-") && $0.contains("arm64") })
  }
}
