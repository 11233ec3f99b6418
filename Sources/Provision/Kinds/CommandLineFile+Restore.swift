import Diagnostics

/// A `cmdline.txt` that would not start the machine, put right from the line that did start it.
extension CommandLineFile {
  /// What of `/proc/cmdline` belongs into the file: all but the firmware's own words, which it adds by itself at each
  /// start, and those of a first boot, which must not happen twice.
  var ownWords: [Word] {
    rawWords.filter { word in
      let text = String(decoding: word, as: UTF8.self)
      return !Self.firmwareWords.contains { text == $0 || $0.hasSuffix("=") && text.hasPrefix($0) }
        && !Self.isOfFirstBoot(text)
    }
  }

  /// Words that the firmware and its device tree of Pi 1 to 5 put before those of the file, as `/proc/cmdline` of
  /// Raspberry Pi OS 11 to 13 shows them; those that end in `=` stand for all values.
  private static let firmwareWords = [
    "cgroup_disable=memory", "coherent_pool=", "8250.nr_uarts=", "pci=pcie_bus_safe", "numa_policy=",
    "nvme.max_host_mem_size_mb=", "snd_bcm2835.enable_headphones=", "snd_bcm2835.enable_hdmi=",
    "snd_bcm2835.enable_compat_alsa=", "numa=fake=", "system_heap.max_order=", "smsc95xx.macaddr=", "vc_mem.mem_base=",
    "vc_mem.mem_size=", "reboot=w", "bcm2708_fb.fbwidth=", "bcm2708_fb.fbheight=", "bcm2708_fb.fbswap=",
    "bcm2708_fb.fbdepth=", "bcm2709.boardrev=", "bcm2709.serial=", "bcm2709.uart_clock=", "bcm2708.boardrev=",
    "bcm2708.serial=", "bcm2708.uart_clock=", "dma.dmachans=", "iommu_dma_numa_policy=",
  ]

  private static func isOfFirstBoot(_ word: String) -> Bool {
    word == "resize" || word.hasPrefix("systemd.run=") || word.hasPrefix("systemd.run_success_action=")
      || word == "systemd.unit=kernel-command-line.target"
      || word.hasPrefix("init=") && (word.hasSuffix("/firstboot") || word.hasSuffix("/init_resize.sh"))
  }

  /// Whether the next start would find no root file system though this one did.
  func hasLostRoot(since started: CommandLineFile) -> Bool {
    root == nil && started.root != nil
  }

  /// The file with all wanted words, and with the words of the running system where it has lost its `root=`.
  ///
  /// - Parameter started: `/proc/cmdline`.
  /// - Throws: ``HearthError`` when the result would name no root file system, or one that a damaged file garbles.
  func completed(
    with wanted: [String], startedWith started: CommandLineFile, path: String
  ) throws(HearthError) -> [UInt8] {
    guard let inForce = started.root else {
      guard root != nil, !isDamaged else {
        throw HearthError(
          .unsupported, "\(path) names no root file system, and neither does /proc/cmdline",
          hint: "write the line that starts this machine into it, with its root=, then run the command again",
          command: "cat /proc/cmdline \(path.shellQuoted)")
      }
      return adding(wanted)
    }
    if isDamaged, root != nil, root != inForce {
      throw HearthError(
        .unsupported,
        "\(path) is damaged: it holds control characters, and another root= than this system started with",
        hint: "compare it with /proc/cmdline and write it again", command: "cat -v \(path.shellQuoted) /proc/cmdline")
    }
    guard root == nil else { return adding(wanted) }
    let known = Set(started.ownWords)
    let extra = rawWords.filter { !known.contains($0) && !$0.starts(with: "root=".utf8) }
    return CommandLineFile(Self.line(started.ownWords + extra) + [UInt8(ascii: "\n")]).adding(wanted)
  }
}
