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
