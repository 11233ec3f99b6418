import Diagnostics
import Untrusted

extension Facts {
  mutating func readStorage(_ report: FactsReport) throws(HearthError) {
    let mounts = (report.files["/proc/self/mountinfo"] ?? []).compactMap(Mount.init)
    let byPath = Dictionary(mounts.map { ($0.path, $0) }) { _, last in last }
    for line in report.sections["stat"] ?? [] {
      let words = line.words
      guard words.count == 7 else { continue }
      func bytes(_ blocks: String, _ what: String) throws(HearthError) -> Int {
        let field = "\(what) of the file system at \(words[0].bounded(80).visibleLine)"
        let size = try Int(checked: words[2], in: 0...1 << 30, unit: "bytes", of: "the block size of \(field)")
        return try Int(checked: blocks, in: 0...Int.max, unit: "blocks", of: field).times(size, of: field)
      }
      filesystems[words[0]] = Filesystem(
        type: words[1].bounded(32).visibleLine, totalBytes: try bytes(words[3], "the size"),
        freeBytes: try bytes(words[4], "the free room"),
        // Some file systems do not count them, or say nonsense instead.
        totalInodes: Int(checked: words[5], in: 0...Int.max) ?? 0,
        freeInodes: Int(checked: words[6], in: 0...Int.max) ?? 0,
        readOnly: byPath[words[0]]?.isReadOnly ?? false)
    }
    for line in (report.files["/proc/swaps"] ?? []).dropFirst() {
      let words = line.words
      guard words.count >= 5 else { continue }
      let path = words[0].bounded(255).visibleLine
      let field = "the size of the swap area \(path)"
      let size = try Int(checked: words[2], in: 0...Facts.mostKibibytes, unit: "KiB", of: field)
      swaps.append(Swap(path: path, bytes: try size.times(1024, of: field)))
    }
    mountPoints = mounts.map { $0.path.bounded(255).visibleLine }
    if let root = mounts.last(where: { $0.path == "/" }) { readRootDisk(root, report) }
    readBoot(report, mounts)
  }

  private mutating func readRootDisk(_ root: Mount, _ report: FactsReport) {
    // Partition by its device number, then the disk whose name begins its name.
    let path = report.files.first { $0.key.hasSuffix("/dev") && $0.value.first == root.device }?.key
    guard let partition = path?.split(separator: "/").dropLast().last.map(String.init) else { return }
    let disks = (report.sections["disks"] ?? []).map { (target: $0, name: $0.split(separator: "/").last ?? "") }
    guard
      let disk = disks.filter({ !$0.name.isEmpty && partition.hasPrefix($0.name) }).max(by: {
        $0.name.count < $1.name.count
      })
    else { return }
    rootDisk.name = disk.name.bounded(64).visibleLine
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
  /// What is mounted: a device, or the name of an overlay.
  var source: String
  var isReadOnly: Bool
  /// Of the file system itself, such as the controllers of a cgroup hierarchy.
  var superOptions: Set<String>

  init?(_ line: String) {
    let words = line.words
    guard words.count >= 9, let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3 else { return nil }
    device = words[2]
    path = words[4]
    type = words[dash + 1]
    source = words[dash + 2]
    superOptions = Set(words[dash + 3].split(separator: ",").map(String.init))
    isReadOnly = words[5].split(separator: ",").contains("ro") || superOptions.contains("ro")
  }
}
