import Inventory
import Provision
import Untrusted

extension HostView {
  func storage() -> [CheckFinding] { room() + bootPartition() + disk() + volumes() + swap() }

  /// Binaries, packages and images of a control plane take 0.9 GB, of a worker 0.5 GB; as much again for the first pods.
  private func room() -> [CheckFinding] {
    guard let filesystem = facts.filesystems["/var/lib"] ?? facts.filesystems["/"], filesystem.totalBytes > 0 else {
      return []
    }
    let needed = isOurs ? 256 << 20 : isControlPlane ? 2048 << 20 : 1280 << 20
    let free = "\(gibibytes(filesystem.freeBytes)) of \(gibibytes(filesystem.totalBytes)) free at /var/lib"
    var found: [CheckFinding] = []
    if filesystem.freeBytes < needed {
      found.append(finding(.diskTooFull, "\(free); \(gibibytes(needed)) needed"))
    } else if filesystem.freeBytes < filesystem.totalBytes / 100 * 15 {
      found.append(finding(.diskNearlyFull, free))
    }
    if filesystem.totalInodes > 0, filesystem.freeInodes < filesystem.totalInodes / 20 {
      found.append(finding(.fewInodes, "\(filesystem.freeInodes) of \(filesystem.totalInodes) free at /var/lib"))
    }
    return found
  }

  private func bootPartition() -> [CheckFinding] {
    guard facts.isRaspberryPi else { return [] }
    let path = facts.existingPaths.contains("/boot/firmware/cmdline.txt") ? "/boot/firmware" : "/boot"
    guard let filesystem = facts.filesystems[path], filesystem.totalBytes > 0, filesystem.freeBytes < 1 << 20 else {
      return []
    }
    return [finding(.bootPartitionFull, "\(filesystem.freeBytes >> 10) KiB free at \(path)")]
  }

  private func disk() -> [CheckFinding] {
    guard isControlPlane else { return [] }
    if facts.rootDisk.kind == .sdCard { return [finding(.etcdOnSDCard, "/ is on \(facts.rootDisk.name)")] }
    // Virtual disks call themselves rotational without a reason.
    if facts.rootDisk.rotational, [.sata, .usb].contains(facts.rootDisk.kind) {
      return [finding(.etcdOnSlowDisk, "/ is on \(facts.rootDisk.name)")]
    }
    return []
  }

  /// The folder of the StorageClass `local`, as far as it lies on the disk of the system.
  private func volumes() -> [CheckFinding] {
    guard let path = rack.cluster.addons.storage?.path(on: node.name), facts.rootDisk.kind == .sdCard,
      facts.mount(of: path) == "/"
    else { return [] }
    return [finding(.volumesOnSDCard, "\(path) is on \(facts.rootDisk.name): no other disk is mounted there")]
  }

  private func swap() -> [CheckFinding] {
    let (zram, other) = (facts.swaps.filter(\.isZram), facts.swaps.filter { !$0.isZram })
    func list(_ swaps: [Swap]) -> String { swaps.map { "\($0.path) \($0.bytes >> 20) MiB" }.joined(separator: ", ") }
    return (other.isEmpty ? [] : [finding(.swapOn, list(other))])
      + (zram.isEmpty ? [] : [finding(.zramOn, list(zram))])
  }

  private func gibibytes(_ bytes: Int) -> String {
    let tenths = bytes.saturatingTimes(10).saturatingPlus(1 << 29) >> 30
    return "\(tenths / 10).\(tenths % 10) GiB"
  }
}
