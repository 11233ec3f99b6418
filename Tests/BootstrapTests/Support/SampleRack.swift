import Artifacts
import Inventory
import PKI
import Provision

@testable import Bootstrap

/// Racks that tests build clusters of.
enum SampleRack: String, CaseIterable, CustomStringConvertible {
  /// One control-plane node and one worker on virtual hosts of this machine, v1.20 with Debian's packages.
  case virtualOld = "virtual-v1.20"
  /// Three control-plane nodes and two workers on Pis, v1.36 with everything from upstream.
  case boardsNew = "boards-v1.36"
  /// The reference rack: four Pi 5 with Raspberry Pi OS 13 (trixie) and control groups of version 2, v1.37.
  case reference = "reference-v1.37"

  var description: String { rawValue }

  var rack: Rack {
    switch self {
    case .virtualOld:
      Rack(
        cluster: Cluster(
          name: "lab", kubernetes: KubernetesVersion(1, 20, 2), addons: AddOns(dns: .dnsmasq)),
        nodes: [node(1, [.controlPlane, .worker]), node(2, [.worker])], lab: "lab")
    case .boardsNew:
      Rack(
        cluster: Cluster(
          name: "home", kubernetes: KubernetesVersion(1, 36, 2), endpoint: Endpoint(host: "k8s.example.org")),
        nodes: (1...3).map { node($0, [.controlPlane]) } + (4...5).map { node($0, [.worker]) })
    case .reference:
      Rack(
        cluster: Cluster(name: "home", kubernetes: KubernetesVersion(1, 37, 2)),
        nodes: [node(1, [.controlPlane, .worker])] + (2...4).map { node($0, [.worker]) })
    }
  }

  var architecture: Architecture { self == .virtualOld ? .amd64 : .arm64 }

  var facts: [String: Facts] {
    var facts = Facts()
    facts.architecture = architecture
    facts.memoryBytes = 4 << 30
    if self == .virtualOld {
      facts.cgroupVersion = 1
      facts.canLowerOOMScore = false
      facts.canSetConntrackMax = false
    }
    if self == .reference { facts.becomeTrixie() }
    return Dictionary(uniqueKeysWithValues: rack.nodes.map { ($0.name, facts) })
  }

  var software: [Architecture: Software] {
    let release = KubernetesRelease.of(rack.cluster)
    let backend = KubernetesRelease.webAssemblyBackend(rack.cluster.addons.webAssembly)
    let programs =
      (release?.programs(version: rack.cluster.kubernetes, architecture) ?? [])
      + (backend.flatMap { release?.webAssemblyPrograms($0, architecture) } ?? [])
    func wasm(_ name: String) -> Software.Image {
      .init(reference: "hearth.local/wasm-\(name):1", archive: file(name), module: "/app.wasm")
    }
    return [
      architecture: Software(
        programs: programs.map {
          .init(path: $0.path, file: file($0.artifact.key), onlyOnControlPlane: $0.onlyOnControlPlane)
        },
        pause: .init(reference: "registry.example.org/pause:3.10", archive: file("pause")),
        dns: .init(reference: "registry.example.org/dns:1", archive: file("dns")),
        smoke: .init(reference: "registry.example.org/smoke:1", archive: file("smoke")),
        webAssembly: backend.map {
          .init(
            backend: $0, version: release?.webAssemblyVersion($0) ?? "", module: wasm("module"),
            component: wasm("component"), wasi3: wasm("wasi3"), web: wasm("web"))
        })
    ]
  }

  func bootstrap() throws -> ClusterBootstrap { try ClusterBootstrap(rack: rack, facts: facts) }

  private func file(_ name: String) -> LocalFile { LocalFile(path: "/cache/\(name)", sha256: name, bytes: 1) }

  private func node(_ index: Int, _ roles: Set<Node.Role>) -> Node {
    Node(
      name: "pi\(index)", address: IPv4Address(bits: 0x0A4D_000A + UInt32(index)), roles: roles,
      labels: index == 2 ? ["disk": "ssd"] : [:],
      taints: index == 4 ? [.init(key: "slow", effect: .preferNoSchedule)] : [])
  }
}

extension Facts {
  /// What a Pi 5 with Raspberry Pi OS 13 says.
  fileprivate mutating func becomeTrixie() {
    osID = "debian"
    osVersion = "13"
    osName = "Debian GNU/Linux 13 (trixie)"
    kernel = "6.18.34+rpt-rpi-2712"
    machine = "aarch64"
    debianArchitecture = "arm64"
    model = "Raspberry Pi 5 Model B Rev 1.1"
    memoryBytes = 8 << 30
    pageSizeBytes = 16_384
    cgroupVersion = 2
    cgroupControllers = ["cpu", "cpuset", "hugetlb", "io", "memory", "pids", "rdma", "misc"]
    usesNetworkManager = true
    resolvers = ["192.168.1.1"]
    packages["libc6"] = "2.41-12+rpt1+deb13u1"
    existingPaths = ["/boot/firmware/cmdline.txt"]
  }
}
