import Inventory

extension PreparedHost {
  /// The firmware of a Pi turns the memory controller off and `cmdline.txt` turns it on again. The words stay wanted
  /// once they work, or the next boot would be without them.
  func bootParameters() -> [Resource] {
    guard facts.canSetBootParameters else { return [] }
    let words = facts.kernelCommandLine.words
    let wanted =
      !facts.cgroupControllers.contains("memory")
      || words.contains("cgroup_disable=memory") || words.contains("cgroup_enable=memory")
    return wanted ? [.bootParameters(["cgroup_enable=memory"])] : []
  }

  /// Those that are modules here; built-in ones need nothing, missing ones are for `check` to report.
  func modules() -> [Resource] {
    ["overlay", "br_netfilter", "nf_conntrack"].filter(isModule).map { .kernelModule($0) }
  }

  private func isModule(_ name: String) -> Bool {
    switch facts.modules[name] {
    case .loaded, .loadable: facts.canLoadModules
    case .builtIn, .missing, nil: false
    }
  }

  /// Settings that exist and can be written here, or will once their module is loaded.
  func sysctls() -> [Resource] {
    var wanted = Self.settings
    wanted.merge(needs.sysctls) { _, special in special }
    return wanted.sorted { $0.key < $1.key }.filter { canSet($0.key) }.map { .sysctl(key: $0.key, value: $0.value) }
  }

  /// By dotted key.
  static let settings: [String: String] = [
    // Pods are reached through this host.
    "net.ipv4.ip_forward": "1",
    "net.bridge.bridge-nf-call-iptables": "1",
    "net.bridge.bridge-nf-call-ip6tables": "1",
    // Loose: an answer may leave by another interface than the question came in by.
    "net.ipv4.conf.all.rp_filter": "2",
    "net.ipv4.conf.default.rp_filter": "2",
    // Each container watches files of its own.
    "fs.inotify.max_user_instances": "8192",
    "fs.inotify.max_user_watches": "524288",
    // What the kubelet expects, and a board that panicked comes back by itself.
    "kernel.panic": "10",
    "kernel.panic_on_oops": "1",
    "kernel.keys.root_maxkeys": "1000000",
    "kernel.keys.root_maxbytes": "25000000",
    "vm.overcommit_memory": "1",
    "vm.panic_on_oom": "0",
  ]

  private func canSet(_ key: String) -> Bool {
    if let now = facts.sysctls[key] { return now.writable }
    return key.hasPrefix("net.bridge.") && isModule("br_netfilter")
      || key.hasPrefix("net.netfilter.") && isModule("nf_conntrack")
  }
}
