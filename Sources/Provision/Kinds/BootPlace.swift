import Diagnostics

/// Where a Pi's firmware reads the kernel's command line, and what else writes there.
struct BootPlace {
  /// Where Raspberry Pi OS 12 and later and Debian keep the boot partition, and where Raspberry Pi OS 11 does.
  static let places = ["/boot/firmware", "/boot"]

  /// Debian's package `raspi-firmware` writes `cmdline.txt` again with each kernel and initramfs, and adds to it what
  /// stands in a file of its own: one line, no comments.
  struct Generator {
    static let path = "/etc/default/raspi-extra-cmdline"
    /// Raspberry Pi OS has a hook of this name that leaves `cmdline.txt` alone.
    static let hooks = ["/etc/kernel/postinst.d/z50-raspi-firmware", "/etc/initramfs/post-update.d/z50-raspi-firmware"]
    var file: CommandLineFile

    func lacks(_ words: [String]) -> Bool { !file.missing(words).isEmpty }
  }

  /// Folder of the boot partition.
  var folder: String
  var file: CommandLineFile
  var generator: Generator?
  private var isReadOnly: Bool
  /// The setting of `config.txt` that makes the firmware read another file; nil where there is none.
  private var redirection: String?

  var path: String { "\(folder)/cmdline.txt" }

  static func observe(_ request: inout ObservationRequest) {
    for place in places {
      request.text("\(place)/cmdline.txt")
      request.text("\(place)/config.txt")
    }
    request.text(Generator.path)
    for hook in Generator.hooks { request.text(hook) }
  }

  /// The `cmdline.txt` that the firmware reads: the one on the boot partition, wherever that is mounted. Nil where there
  /// is none, as on other machines than a Pi.
  init?(_ state: HostState) throws(HearthError) {
    guard let path = try Self.file(on: state) else { return nil }
    folder = String(path.dropLast("/cmdline.txt".count))
    file = CommandLineFile(state.contents[path] ?? [])
    let place = folder
    isReadOnly =
      Self.mounts(state.values["/proc/mounts"] ?? "").last { $0.path == place }?.options.contains("ro") ?? false
    redirection = Self.redirection(state.contents["\(place)/config.txt"] ?? [])
    let writes = Generator.hooks.contains { hook in
      state.contents[hook].map { String(decoding: $0, as: UTF8.self).contains("raspi-extra-cmdline") } ?? false
    }
    if writes { generator = Generator(file: CommandLineFile(state.contents[Generator.path] ?? [])) }
  }

  /// - Parameter lacking: words that are not in force.
  func checkWritable(lacking: [String]) throws(HearthError) {
    if let redirection, !lacking.isEmpty {
      throw HearthError(
        .unsupported, "\(folder)/config.txt has the firmware read another file than cmdline.txt: \(redirection)",
        hint: "add \(lacking.joined(separator: " ")) to that file yourself, then restart the host",
        command: "cat \("\(folder)/config.txt".shellQuoted)")
    }
    guard isReadOnly else { return }
    throw HearthError(
      .unsupported, "the boot partition at \(folder) is mounted read-only, so \(path) cannot be written",
      hint: "make it writable: `mount -o remount,rw \(folder.shellQuoted)`; if raspi-config has write-protected it, "
        + "`raspi-config nonint disable_bootro` and a reboot",
      command: "mount -o remount,rw \(folder.shellQuoted)")
  }

  static func file(on state: HostState) throws(HearthError) -> String? {
    let mounted = Set(mounts(state.values["/proc/mounts"] ?? "").map(\.path))
    let expected = Set(mounts(String(decoding: state.contents["/etc/fstab"] ?? [], as: UTF8.self)).map(\.path))
    if let place = places.first(where: { mounted.contains($0) }) {
      let path = "\(place)/cmdline.txt"
      if state.contents[path] != nil { return path }
    }
    if let place = places.first(where: { expected.contains($0) && !mounted.contains($0) }) {
      throw HearthError(
        .unsupported, "the boot partition is not mounted at \(place)", hint: "mount it, then run the command again",
        command: "mount \(place.shellQuoted)")
    }
    return places.map { "\($0)/cmdline.txt" }.first { path in
      state.contents[path].map { !CommandLineFile($0).isPlaceholder } ?? false
    }
  }

  /// Mount points and options of the lines of `/proc/mounts` or `/etc/fstab`.
  private static func mounts(_ text: String) -> [(path: String, options: Set<String>)] {
    text.split(whereSeparator: \.isNewline).compactMap { line in
      let fields = line.split(whereSeparator: \.isWhitespace)
      guard fields.count > 1, fields[0].first != "#" else { return nil }
      let options = fields.count > 3 ? Set(fields[3].split(separator: ",").map(String.init)) : []
      return (String(fields[1]), options)
    }
  }

  /// `cmdline=other.txt` or `os_prefix=a/`; sections are not told apart, because any of them may be this board's.
  static func redirection(_ config: [UInt8]) -> String? {
    config.split { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
      .map { String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace } }
      .first { $0.hasPrefix("cmdline=") && $0 != "cmdline=cmdline.txt" || $0.hasPrefix("os_prefix=") && $0.count > 10 }
  }
}
