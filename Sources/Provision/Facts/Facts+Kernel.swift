import Untrusted

extension Facts {
  mutating func readKernel(_ report: FactsReport) {
    readControlGroups(report)
    let capabilities = effectiveCapabilities(report)
    canSetTime = capabilities.map { $0 & 1 << 25 != 0 } ?? true
    canLoadModules = capabilities.map { $0 & 1 << 16 != 0 } ?? true
    canLowerOOMScore = report.value("lowers-oom-score") == "1"
    readSettings(report)
    readModules(report)
  }

  private func effectiveCapabilities(_ report: FactsReport) -> UInt64? {
    let line = report.files["/proc/self/status"]?.first { $0.hasPrefix("CapEff:") }
    return line?.words.last.flatMap { UInt64(checked: $0, radix: 16) }
  }

  /// Version 2 owns `/sys/fs/cgroup` itself; in the hybrid layout it only stands beside version 1's controllers.
  private mutating func readControlGroups(_ report: FactsReport) {
    let mounts = (report.files["/proc/self/mountinfo"] ?? []).compactMap(Mount.init)
    let unified = mounts.contains { $0.path == "/sys/fs/cgroup" && $0.type == "cgroup2" }
    cgroupVersion = unified ? 2 : 1
    if unified {
      cgroupControllers = Set(report.line("/sys/fs/cgroup/cgroup.controllers").words)
    } else {
      let known = Set((report.files["/proc/cgroups"] ?? []).compactMap { $0.words.first })
      cgroupControllers = mounts.filter { $0.type == "cgroup" }.reduce(into: []) { found, mount in
        found.formUnion(mount.superOptions.intersection(known))
      }
    }
  }

  private mutating func readSettings(_ report: FactsReport) {
    let writable = Set(report.values["writable"] ?? [])
    for (path, lines) in report.files where path.hasPrefix("/proc/sys/") {
      let name = String(path.dropFirst("/proc/sys/".count))
      guard !name.hasPrefix("kernel/random/"), let value = lines.first else { continue }
      let key = name.split(separator: "/").joined(separator: ".")
      sysctls[key] = Sysctl(value: value.words.joined(separator: " "), writable: writable.contains(name))
    }
    // Where the module is not loaded yet the file is missing, and can be set once it is.
    canSetConntrackMax = sysctls["net.netfilter.nf_conntrack_max"]?.writable ?? true
  }

  private mutating func readModules(_ report: FactsReport) {
    let loaded = Set((report.files["/proc/modules"] ?? []).compactMap { $0.words.first })
    let folder = "/lib/modules/\(kernel)/"
    let builtIn = moduleNames(report.files[folder + "modules.builtin"])
    let loadable = moduleNames(report.files[folder + "modules.dep"])
    for name in Facts.neededModules {
      modules[name] =
        if loaded.contains(name) {
          .loaded
        } else if builtIn.contains(name) || works(name, report) {
          .builtIn
        } else {
          loadable.contains(name) ? .loadable : .missing
        }
    }
  }

  static let neededModules = ["overlay", "br_netfilter", "nf_conntrack"]

  /// Shared kernels have no module folder: there only the effect shows that the code is part of the kernel.
  private func works(_ name: String, _ report: FactsReport) -> Bool {
    switch name {
    case "overlay":
      report.files["/proc/filesystems"]?.contains { $0.words.last == "overlay" } ?? false
    case "br_netfilter": sysctls["net.bridge.bridge-nf-call-iptables"] != nil
    case "nf_conntrack": sysctls["net.netfilter.nf_conntrack_max"] != nil
    default: false
    }
  }

  private func moduleNames(_ paths: [String]?) -> Set<String> {
    Set(
      (paths ?? []).compactMap { path in
        path.split(separator: "/").last.map { $0.split(separator: ".").first.map(String.init) ?? "" }
      })
  }
}
