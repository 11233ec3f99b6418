/// Room on one file system.
package struct Filesystem: Sendable, Equatable {
  /// As `stat -f` names it, such as `ext2/ext3` or `overlayfs`.
  package var type: String
  package var totalBytes: Int
  /// Free to root's services (not the blocks that the file system reserves).
  package var freeBytes: Int
  /// 0 where the file system does not count them.
  package var totalInodes: Int
  package var freeInodes: Int
  package var readOnly: Bool

  package init(
    type: String, totalBytes: Int, freeBytes: Int, totalInodes: Int = 0, freeInodes: Int = 0, readOnly: Bool = false
  ) {
    self.type = type
    self.totalBytes = totalBytes
    self.freeBytes = freeBytes
    self.totalInodes = totalInodes
    self.freeInodes = freeInodes
    self.readOnly = readOnly
  }
}

/// The disk below `/`.
package struct RootDisk: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    case sdCard = "SD card"
    case eMMC = "eMMC"
    case nvme = "NVMe"
    case usb = "USB"
    case sata = "SATA"
    case virtual = "virtual disk"
    /// An overlay, a device mapper, a network root: not told apart.
    case unknown
  }
  package var kind = Kind.unknown
  /// Such as `mmcblk0`; empty when unknown.
  package var name = ""
  package var rotational = false
  /// Changes are lost at the next boot: the read-only mode of Raspberry Pi OS keeps them in memory.
  package var volatile = false
  /// How that was seen.
  package var volatileReason = ""
  package init() {}
}

extension Facts {
  /// Where the file system below an absolute path is mounted; nil when unknown.
  package func mount(of path: String) -> String? {
    mountPoints.filter { $0 == "/" || path == $0 || path.hasPrefix($0 + "/") }.max { $0.utf8.count < $1.utf8.count }
  }
}

/// An active swap area.
package struct Swap: Sendable, Equatable {
  /// Such as `/var/swap`, `/dev/zram0`.
  package var path: String
  package var bytes: Int
  package init(path: String, bytes: Int) {
    self.path = path
    self.bytes = bytes
  }
  /// Compressed memory, not a disk.
  package var isZram: Bool { path.hasPrefix("/dev/zram") }
}
