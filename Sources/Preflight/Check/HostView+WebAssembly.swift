import Artifacts
import Inventory
import Provision

/// Whether a host can run WebAssembly, by the wrapper or by the shim.
extension HostView {
  func webAssembly() -> [CheckFinding] {
    guard wish != .none else { return [] }
    var found: [CheckFinding] = []
    if wish == .shim, !shimObstacles.isEmpty {
      found.append(finding(.wasmShimBlocked, shimObstacles.joined(separator: "; ")))
    }
    // The compiler gets a quarter of the memory, and no less than 256 MiB.
    if facts.memoryBytes > 0, facts.memoryBytes < 960 << 20 {
      found.append(finding(.wasmLittleMemory, "\(facts.memoryBytes >> 20) MB in all, 256 of them for the compiler"))
    }
    return found
  }

  /// One line for people; nil where nothing can run anyway.
  var webAssemblyLine: String? {
    guard let architecture = facts.architecture else { return nil }
    let shim =
      shimObstacles.isEmpty
      ? "the shim could run, too" : "the shim could not run: \(shimObstacles.joined(separator: "; "))"
    return switch wish {
    case .none: "WebAssembly: none, as the inventory says"
    case .shim where shimObstacles.isEmpty: "WebAssembly: by the shim, \(architecture.rawValue), cgroup v2"
    case .shim: "WebAssembly: none here; \(shim)"
    case .auto, .wrapper:
      "WebAssembly: by the wrapper, \(architecture.rawValue), cgroup v\(facts.cgroupVersion); \(shim)"
    }
  }

  private var wish: AddOns.WebAssembly { rack.cluster.addons.webAssembly }

  /// What the shim needs and this host has not.
  private var shimObstacles: [String] {
    var obstacles: [String] = []
    if facts.cgroupVersion == 1 { obstacles.append("it needs cgroup v2, this is v1") }
    // New releases of Kubernetes bring their own containerd.
    if rack.cluster.kubernetes < KubernetesVersion(1, 26, 0), let version = facts.packages["containerd"],
      !Self.carriesShim(containerd: version)
    {
      obstacles.append("it needs containerd 1.6.25, 1.7.7 or 2.0, Debian's is \(version)")
    }
    return obstacles
  }

  /// - Parameter containerd: a Debian version, such as `1.6.20~ds1-1+b1`.
  static func carriesShim(containerd: String) -> Bool {
    let numbers = containerd.prefix { $0.isNumber || $0 == "." }.split(separator: ".").compactMap { Int($0) }
    guard numbers.count >= 2 else { return false }
    let patch = numbers.count > 2 ? numbers[2] : 0
    switch (numbers[0], numbers[1]) {
    case (2..., _): return true
    case (1, 7): return patch >= 7
    case (1, 6): return patch >= 25
    default: return numbers[0] == 1 && numbers[1] > 7
    }
  }
}
