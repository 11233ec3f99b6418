import Artifacts
import Inventory
import Testing

@testable import Bootstrap

struct ReleaseTests {
  @Test func everySupportedMinorHasARelease() {
    #expect(KubernetesRelease.table.map(\.minor) == KubernetesVersion.supportedMinors)
    #expect(KubernetesRelease.of(KubernetesVersion(1, 21, 0)) == nil)
    #expect(KubernetesRelease.of(KubernetesVersion(2, 36, 0)) == nil)
  }

  @Test func whatIsDeliveredIsAllowed() throws {
    for release in KubernetesRelease.table {
      guard let parts = release.parts else { continue }
      #expect(release.etcd.contains(parts.etcd))
      #expect(release.containerd.contains(parts.containerd))
      #expect(release.runc.contains(parts.runc))
      #expect(release.cni.contains(parts.cni))
    }
  }

  @Test func `The inventory's versions take the place of the usual ones`() throws {
    let usual = try #require(KubernetesRelease.of(KubernetesVersion(1, 37, 2))?.parts)
    #expect(usual == .init(etcd: "v3.7.0", containerd: "2.3.4", runc: "v1.4.3", cni: "v1.9.1"))
    let chosen = PartVersions([.etcd: "3.6.14", .containerd: "2.2.7", .wasmtime: "50.0.0"])
    let release = try #require(KubernetesRelease.of(KubernetesVersion(1, 37, 2), versions: chosen))
    #expect(release.parts == .init(etcd: "v3.6.14", containerd: "2.2.7", runc: "v1.4.3", cni: "v1.9.1"))
    #expect(release.webAssemblyVersion(.wrapper) == "50.0.0")
    let paths = release.programs(version: KubernetesVersion(1, 37, 2), .arm64).flatMap { program -> [String] in
      guard case .program(let carriers) = program.artifact.content else { return [] }
      return carriers.map(\.path)
    }
    #expect(paths.contains("containerd/containerd/releases/download/v2.2.7/containerd-2.2.7-linux-arm64.tar.gz"))
    #expect(paths.contains("etcd-io/etcd/releases/download/v3.6.14/etcd-v3.6.14-linux-arm64.tar.gz"))
  }

  @Test func `Kubelets differ where their generations do`() throws {
    func release(_ minor: Int) throws -> KubernetesRelease {
      try #require(KubernetesRelease.of(KubernetesVersion(1, minor, 0)))
    }
    #expect(
      try [20, 34, 35, 36, 37].map { try release($0).kubeletRefusesCgroupV1 } == [false, false, true, true, true])
    #expect(try [20, 34, 35, 36, 37].map { try release($0).kubeletEventRate } == [nil, nil, nil, nil, 50])
    #expect(try [20, 34, 37].map { try release($0).kubeletKnowsRuntimeByFlag } == [true, false, false])
  }

  @Test(arguments: [
    (nil, 2, false), ("1.6.20~ds1-1+deb12u3", 2, false), ("1.7.28", 2, false), ("2.0.7", 3, false), ("2.1.9", 3, true),
    ("2.3.4", 3, true), ("2.4.0", 4, true), ("3.0.0", 4, true),
  ])
  func `containerd's configuration is that of its version`(_ version: String?, _ format: Int, _ folders: Bool) throws {
    let form = ContainerdConfiguration(containerd: version)
    #expect(form.format == format && form.knowsFolders == folders)
  }

  @Test func debiansPackagesSuitTheOldRelease() throws {
    let release = try #require(KubernetesRelease.of(KubernetesVersion(1, 20, 2)))
    #expect(release.containerd.contains("1.6.20~ds1-1+deb12u3"))
    #expect(release.etcd.contains("3.4.23-4+b4"))
    #expect(release.runc.contains("1.1.5+ds1-1+deb12u1"))
    #expect(release.cni.contains("1.1.1+ds1-3+b5"))
    #expect(!release.containerd.contains("2.0.0"))
    #expect(!release.containerd.contains("1.3.9"))
  }

  @Test(arguments: [(1 << 30, false), (1 << 30, true), (4 << 30, true), (8 << 30, false)])
  func podsKeepMostOfABoard(memoryBytes: Int, isControlPlane: Bool) {
    let reserved = Reservation(memoryBytes: memoryBytes, isControlPlane: isControlPlane)
    let total = reserved.kubeMemory + reserved.systemMemory + reserved.eviction
    #expect(total < (memoryBytes >> 20) * 4 / 5)
  }
}
