import Provision

extension HostView {
  func system() -> [CheckFinding] {
    var found: [CheckFinding] = []
    if !facts.isRoot { found.append(finding(.notRoot, "the facts program ran as another user than root")) }
    found += release() + architecture() + initSystem()
    if facts.pageSizeBytes > 4096 {
      found.append(finding(.largePages, "pages of \(facts.pageSizeBytes / 1024) KiB, kernel \(facts.kernel)"))
    }
    if facts.rootDisk.volatile {
      found.append(
        finding(
          .rootVolatile,
          facts.rootDisk.volatileReason.isEmpty
            ? "the root file system keeps changes in memory" : facts.rootDisk.volatileReason))
    } else if facts.filesystems["/"]?.readOnly == true {
      found.append(finding(.rootReadOnly, "/ is mounted read-only"))
    }
    if facts.existingPaths.contains("/run/reboot-required") {
      found.append(finding(.rebootPending, "/run/reboot-required exists"))
    }
    return found
  }

  private func release() -> [CheckFinding] {
    guard ["debian", "raspbian"].contains(facts.osID) else {
      let name = [facts.osName, facts.osID].first { !$0.isEmpty } ?? "a system without /etc/os-release"
      return [finding(.notDebian, "this is \(name)")]
    }
    // Testing and unstable carry no number.
    guard let version = Int(facts.osVersion.prefix { $0.isNumber }) else { return [] }
    switch version {
    case ...10: return [finding(.systemTooOld, facts.osName)]
    case 11: return [finding(.systemOutOfSupport, facts.osName)]
    default: return []
    }
  }

  private func architecture() -> [CheckFinding] {
    guard facts.architecture == nil else { return [] }
    let userland = facts.debianArchitecture.isEmpty ? "unknown" : facts.debianArchitecture
    if ["aarch64", "x86_64"].contains(facts.machine), ["armhf", "armel", "i386"].contains(userland) {
      return [finding(.userland32Bit, "the kernel is \(facts.machine), the userland \(userland)")]
    }
    return [finding(.unsupportedArchitecture, "userland \(userland), processor \(facts.machine)")]
  }

  private func initSystem() -> [CheckFinding] {
    guard facts.hasSystemd else { return [finding(.noSystemd, "/run/systemd/system does not exist")] }
    // Units of ours that fail are for `status` to explain; the others are the owner's.
    guard facts.systemState == "degraded", !facts.failedUnits.isEmpty else { return [] }
    return [finding(.failedUnits, facts.failedUnits.joined(separator: ", "))]
  }
}
