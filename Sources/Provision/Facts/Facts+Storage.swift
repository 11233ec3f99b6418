extension Facts {
  mutating func readStorage(_ report: FactsReport) {
    let mounts = (report.files["/proc/self/mountinfo"] ?? []).compactMap(Mount.init)
    for line in report.sections["stat"] ?? [] {
      let words = line.words
      guard words.count == 7, let block = Int(words[2]), let blocks = Int(words[3]), let free = Int(words[4]) else {
        continue
      }
      filesystems[words[0]] = Filesystem(
        type: words[1], totalBytes: block * blocks, freeBytes: block * free, totalInodes: Int(words[5]) ?? 0,
        freeInodes: Int(words[6]) ?? 0,
        readOnly: mounts.last { $0.path == words[0] }?.isReadOnly ?? false)
    }
    swaps = (report.files["/proc/swaps"] ?? []).dropFirst().compactMap { line in
      let words = line.words
      guard words.count >= 5, let kilobytes = Int(words[2]) else { return nil }
      return Swap(path: words[0], bytes: kilobytes * 1024)
    }
    if let root = mounts.last(where: { $0.path == "/" }) { readRootDisk(root, report) }
  }

  private mutating func readRootDisk(_ root: Mount, _ report: FactsReport) {
    rootDisk.volatile =
      root.type == "tmpfs"
      || root.type == "overlay"
        && kernelCommandLine.words.contains { $0 == "boot=overlay" || $0 == "overlayroot=tmpfs" }
    // Partition by its device number, then the disk whose name begins its name.
    let path = report.files.first { $0.key.hasSuffix("/dev") && $0.value.first == root.device }?.key
    guard let partition = path?.split(separator: "/").dropLast().last.map(String.init) else { return }
    let disks = (report.sections["disks"] ?? []).map { (target: $0, name: $0.split(separator: "/").last ?? "") }
    guard
      let disk = disks.filter({ !$0.name.isEmpty && partition.hasPrefix($0.name) }).max(by: {
        $0.name.count < $1.name.count
      })
    else { return }
    rootDisk.name = String(disk.name)
    rootDisk.rotational = report.line("/sys/block/\(disk.name)/queue/rotational") == "1"
    rootDisk.kind = kind(
      of: rootDisk.name, target: disk.target, type: report.line("/sys/block/\(disk.name)/device/type"))
  }

  private func kind(of name: String, target: String, type: String) -> RootDisk.Kind {
    if name.hasPrefix("mmcblk") { return type == "MMC" ? .eMMC : .sdCard }
    if name.hasPrefix("nvme") { return .nvme }
    if target.contains("/usb") { return .usb }
    if name.hasPrefix("vd") || name.hasPrefix("xvd") || target.contains("/virtio") { return .virtual }
    if name.hasPrefix("sd") { return .sata }
    return .unknown
  }
}

/// A line of `/proc/self/mountinfo`.
struct Mount {
  /// `major:minor`.
  var device: String
  var path: String
  var type: String
  var isReadOnly: Bool
  /// Of the file system itself, such as the controllers of a cgroup hierarchy.
  var superOptions: Set<String>

  init?(_ line: String) {
    let words = line.words
    guard words.count >= 9, let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3 else { return nil }
    device = words[2]
    path = words[4]
    type = words[dash + 1]
    superOptions = Set(words[dash + 3].split(separator: ",").map(String.init))
    isReadOnly = words[5].split(separator: ",").contains("ro") || superOptions.contains("ro")
  }
}
