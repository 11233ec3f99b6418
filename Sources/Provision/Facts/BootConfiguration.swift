/// A Pi's `cmdline.txt` as it stands on the boot partition, for the next start.
package struct BootConfiguration: Sendable, Equatable {
  /// Such as `/boot/firmware/cmdline.txt`.
  package var path: String
  /// Its words, of all its lines.
  package var words: [String]
  /// The partition is mounted read-only.
  package var isReadOnly = false
  /// Debian's `raspi-firmware` writes the file again with each kernel.
  package var isGenerated = false

  package init(path: String, words: [String], isReadOnly: Bool = false, isGenerated: Bool = false) {
    self.path = path
    self.words = words
    self.isReadOnly = isReadOnly
    self.isGenerated = isGenerated
  }

  /// Whether the kernel would know its root file system.
  package var hasRoot: Bool { CommandLineFile(Array(words.joined(separator: " ").utf8)).root != nil }
}

extension Facts {
  mutating func readBoot(_ report: FactsReport, _ mounts: [Mount]) {
    for path in report.values["boot-line"] ?? [] where boot == nil {
      let file = CommandLineFile(Array((report.files[path] ?? []).joined(separator: "\n").utf8))
      let folder = String(path.dropLast("/cmdline.txt".count))
      guard !file.isPlaceholder,
        mounts.contains(where: { $0.path == folder }) || folder == "/boot/firmware"
          || path == report.values["boot-line"]?.last
      else { continue }
      boot = BootConfiguration(
        path: path, words: file.words, isReadOnly: mounts.last { $0.path == folder }?.isReadOnly ?? false,
        isGenerated: report.value("boot-line-writer") != nil)
    }
    readOverlay(report, mounts)
  }

  /// Whether changes of `/` are lost at the next boot. The mount says so where its upper folder can be seen; else the
  /// kernel's command line and the files of overlayroot do.
  private mutating func readOverlay(_ report: FactsReport, _ mounts: [Mount]) {
    guard let root = mounts.last(where: { $0.path == "/" }) else { return }
    let wish = Self.overlayWish(report, kernelCommandLine.words)
    if root.type == "tmpfs" || root.type == "ramfs" {
      rootDisk.volatile = true
      rootDisk.volatileReason = "/ is a \(root.type)"
    } else if root.type == "overlay", let upper = report.value("upper-type") {
      rootDisk.volatile = upper == "tmpfs" || upper == "ramfs"
      rootDisk.volatileReason = "/ is an overlay whose changes go to a \(upper)"
    } else if root.type == "overlay", root.source == "overlayroot" || root.source == "overlay", wish == nil {
      let isKept = kernelCommandLine.words.contains {
        $0.hasPrefix("overlayroot=device:") || $0.hasPrefix("overlayroot=crypt:")
      }
      rootDisk.volatile = root.source == "overlayroot" && !isKept
      rootDisk.volatileReason = "/ is an overlay named \(root.source)"
    }
    if !rootDisk.volatile, let wish {
      rootDisk.volatile = true
      rootDisk.volatileReason = wish
    }
  }

  /// Who asks for an overlay in memory: `overlayroot=tmpfs` with or without parameters and quotes, `boot=overlay`, or
  /// overlayroot's own files, of which the local one wins; the command line wins over both.
  private static func overlayWish(_ report: FactsReport, _ words: [String]) -> String? {
    if words.contains("boot=overlay") { return "boot=overlay in /proc/cmdline" }
    var settings = ["/etc/overlayroot.conf", "/etc/overlayroot.local.conf"].compactMap { path in
      report.assignments(path)["overlayroot"].map { (value: $0, place: path) }
    }
    if let word = words.last(where: { $0.hasPrefix("overlayroot=") || $0.hasPrefix("\"overlayroot=") }) {
      let value = word.filter { $0 != "\"" && $0 != "'" }.dropFirst("overlayroot=".count)
      settings.append((String(value), "/proc/cmdline"))
    }
    guard let last = settings.last(where: { !$0.value.isEmpty }) else { return nil }
    let kind = last.value.prefix { $0 != ":" && $0 != "," }
    return kind == "tmpfs" ? "overlayroot=\(last.value) in \(last.place)" : nil
  }
}
