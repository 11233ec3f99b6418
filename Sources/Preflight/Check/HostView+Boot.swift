import Inventory
import Provision

/// What a start of the machine needs, and what each start does again.
extension HostView {
  func boot() -> [CheckFinding] { bootLine() + sysctlFiles() + cloudInit() + updates() }

  private func bootLine() -> [CheckFinding] {
    guard facts.isRaspberryPi, let boot = facts.boot else { return [] }
    let started = CommandLineFile(Array(facts.kernelCommandLine.utf8))
    var found: [CheckFinding] = []
    if !boot.hasRoot {
      let what = boot.words.isEmpty ? "\(boot.path) is empty" : "\(boot.path) holds no root="
      if let root = started.root {
        let word = String(decoding: root, as: UTF8.self)
        found.append(finding(.bootLineLost, "\(what); this system was started with root=\(word)"))
      } else {
        found.append(finding(.bootLineUnusable, "\(what), and neither does /proc/cmdline"))
      }
    }
    let lacksWord = !boot.words.contains("cgroup_enable=memory") || boot.words.contains("cgroup_disable=memory")
    let wantsWord = !facts.cgroupControllers.contains("memory") || started.words.contains("cgroup_disable=memory")
    if boot.isReadOnly, !boot.hasRoot || lacksWord && wantsWord {
      let folder = boot.path.dropLast("/cmdline.txt".count)
      found.append(
        finding(
          .bootReadOnly, "\(folder) is mounted read-only, and \(boot.path) must be written",
          remedy: CheckRule.bootReadOnly.remedy.replacing("/boot/firmware", with: String(folder))))
    }
    return found
  }

  /// Settings that `up` makes and that a file sets back, whether or not `up` was here.
  private func sysctlFiles() -> [CheckFinding] {
    var found: [CheckFinding] = []
    let hasLate = Set(
      facts.sysctlFiles.assignments.filter { KernelSetting.isOurs($0.setting.path) && $0.setting.path.contains("/~") }
        .map(\.key))
    for (key, value) in PreparedHost.settings.sorted(by: { $0.key < $1.key }) where !hasLate.contains(key) {
      guard let other = KernelSetting.overruling(key, value, facts.sysctlFiles) else { continue }
      found.append(
        finding(.sysctlOverruled, "\(other.setting.place): \(other.setting.text); a cluster needs \(key) = \(value)"))
    }
    for (key, value) in PreparedHost.settings.sorted(by: { $0.key < $1.key }) {
      guard let other = facts.sysctlFiles.last(key), other.setting.path == SysctlFiles.ufw, other.value != value else {
        continue
      }
      var own = finding(
        .sysctlOverruled, "\(other.setting.place): \(other.setting.text); a cluster wants \(key) = \(value)",
        remedy: "Change the line: ufw applies this file after all others, each time it starts.")
      own.fixedByUp = false
      found.append(own)
    }
    return found
  }

  private func cloudInit() -> [CheckFinding] {
    guard facts.existingPaths.contains("/usr/bin/cloud-init"),
      !facts.existingPaths.contains("/etc/cloud/cloud-init.disabled")
    else { return [] }
    var found: [CheckFinding] = []
    func effective(_ key: String) -> (setting: Setting, value: String)? {
      let all = facts.cloudSettings.compactMap { setting -> (setting: Setting, value: String)? in
        guard let (name, value) = setting.text.cut(":"), name.trimmed == key else { return nil }
        let bare = value.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0]
        return (setting, String(bare).trimmed.filter { $0 != "\"" && $0 != "'" }.lowercased())
      }
      // User-data wins over all of /etc/cloud, where the last file wins.
      return all.last { !$0.setting.path.hasPrefix("/etc/cloud/") } ?? all.max { $0.setting.path < $1.setting.path }
    }
    let yes = ["true", "yes", "on", "template"]
    if let hosts = effective("manage_etc_hosts"), yes.contains(hosts.value),
      !isOurs || !hosts.setting.path.hasPrefix("/var/lib/cloud/") && !hosts.setting.path.hasSuffix("/user-data")
    {
      found.append(finding(.cloudInitHosts, "\(hosts.setting.place): \(hosts.setting.text)"))
    }
    if let name = effective("preserve_hostname"), !name.setting.path.hasPrefix("/etc/cloud/"), !yes.contains(name.value)
    {
      let wanted = effective("hostname")?.value ?? ""
      if wanted != node.name { found.append(finding(.cloudInitName, "\(name.setting.place): \(name.setting.text)")) }
    }
    return found
  }

  private func updates() -> [CheckFinding] {
    guard facts.existingPaths.contains("/usr/bin/unattended-upgrade") else { return [] }
    let lines = facts.aptSettings.filter {
      $0.text.contains("Automatic-Reboot ") || $0.text.contains("Automatic-Reboot\t")
    }
    guard let last = lines.max(by: { $0.path < $1.path }) else { return [] }
    let value = last.text.words.dropFirst().first?.filter { $0 != "\"" && $0 != ";" }.lowercased() ?? ""
    guard ["true", "yes", "1", "on"].contains(value) else { return [] }
    return [finding(.unattendedReboot, "\(last.place): \(last.text)")]
  }
}
