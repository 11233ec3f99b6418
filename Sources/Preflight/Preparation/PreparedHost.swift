import Diagnostics
package import Inventory
package import Provision
import Templates

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

extension PreparedHost {
  /// Keeps the host's network managers from touching pod interfaces and routes to pods.
  func networkManagers() throws(HearthError) -> [Resource] {
    var all: [Resource] = []
    if facts.usesNetworkManager {
      let path = "/etc/NetworkManager/conf.d/90-hearth.conf"
      all += [
        .file(.init(path, try Template("host-preparation/networkmanager.conf").render())),
        .unit(.init("NetworkManager.service", restartOn: [path], reloads: true)),
      ]
    }
    if facts.usesNetworkd {
      let settings = "/etc/systemd/networkd.conf.d/90-hearth.conf"
      let pods = "/etc/systemd/network/05-hearth-pods.network"
      all += [
        .directory(.init("/etc/systemd/networkd.conf.d")),
        .file(.init(settings, try Template("host-preparation/networkd.conf").render())),
        .file(.init(pods, try Template("host-preparation/pods.network").render())),
        .unit(.init("systemd-networkd.service", restartOn: [settings, pods])),
      ]
    }
    if facts.existingPaths.contains("/etc/dhcpcd.conf") { all.append(dhcpcd()) }
    return all
  }

  /// Raspberry Pi OS 11 gives every interface to dhcpcd.
  private func dhcpcd() -> Resource {
    let line = "denyinterfaces cni0 veth*"
    return .custom(
      .init(
        "dhcpcd ignores pods", probe: "grep -qxF '\(line)' /etc/dhcpcd.conf",
        judge: { status, _ in status == 0 ? [] : [FieldChange("line", from: nil, to: line)] },
        apply: { () throws(HearthError) in .init(try Template.text(of: "host-preparation/dhcpcd.sh")) }))
  }
}

extension HostPreparation {
  /// Beside containerd's unit: the proxy that it pulls images through. The unit restarts on it.
  package static let containerdProxy = "/etc/systemd/system/containerd.service.d/10-hearth-proxy.conf"
  static let aptProxy = "/etc/apt/apt.conf.d/95hearth-proxy"

  /// Files that containerd reads beside its own, where there are any or were.
  package static func containerdExtras(_ rack: Rack, _ facts: Facts) -> [String] {
    rack.proxy != nil || facts.existingPaths.contains(containerdProxy) ? [containerdProxy] : []
  }
}

extension PreparedHost {
  /// The proxy for apt and for containerd; what an earlier inventory asked for goes when this one does not.
  func proxy() throws(HearthError) -> [Resource] {
    let (apt, containerd) = (HostPreparation.aptProxy, HostPreparation.containerdProxy)
    guard let proxy = rack.proxy else {
      return [apt, containerd].filter(facts.existingPaths.contains).map { .absent(path: $0) }
    }
    let isSecret = proxy.hasCredentials
    let exceptions = rack.proxyExceptions(segments: segments)
    // apt knows whole names and addresses only.
    let direct = (proxy.exceptions + rack.nodes.map(\.address.description)).filter {
      !$0.contains("/") && !$0.hasPrefix(".")
    }
    let aptText = try Template("host-preparation/apt-proxy.conf").render([
      "http": proxy.http, "https": proxy.https, "direct": direct,
    ])
    // A percent sign begins a specifier in unit files.
    let unitText = try Template("host-preparation/containerd-proxy.conf").render([
      "http": proxy.http.replacing("%", with: "%%"), "https": proxy.https.replacing("%", with: "%%"),
      "exceptions": exceptions.joined(separator: ","),
    ])
    let mode: UInt16 = isSecret ? 0o600 : 0o644
    let folder = "/etc/systemd/system/containerd.service.d"
    return [
      .file(.init(apt, aptText, mode: mode, sensitive: isSecret)),
      .directory(.init(folder)), .file(.init(containerd, unitText, mode: mode, sensitive: isSecret)),
    ]
  }

  /// Networks of the node's own interface.
  private var segments: [IPv4Network] {
    guard let own = facts.interface(with: node.address)?.addresses.first(where: { $0.address == node.address }) else {
      return []
    }
    let base = IPv4Address(bits: own.address.bits & IPv4Network.mask(own.prefix))
    return [IPv4Network("\(base)/\(own.prefix)")].compactMap(\.self)
  }

  /// needrestart, which runs after updates of shared libraries, must not restart what carries pods and etcd.
  func updates() throws(HearthError) -> [Resource] {
    guard facts.existingPaths.contains("/etc/needrestart") else { return [] }
    return [
      .directory(.init("/etc/needrestart/conf.d")),
      .file(.init("/etc/needrestart/conf.d/hearth.conf", try Template.text(of: "host-preparation/needrestart.conf"))),
    ]
  }
}
