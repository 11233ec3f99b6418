import Foundation

/// The unpacked layers of an image. Links never lie on the disk while a layer is unpacked: one of them could lead it out of
/// the folder.
struct ImageRoot: Sendable {
  let folder: String
  /// What the layers' links lead to, by path without the leading slash.
  private var links: [String: String] = [:]

  init(folder: String) { self.folder = folder }

  /// Takes note of the links of the layer that was just unpacked, and takes them off the disk.
  mutating func liftLinks() {
    for case let name as String in FileManager.default.enumerator(atPath: folder)?.allObjects ?? [] {
      guard let target = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(folder)/\(name)") else {
        continue
      }
      links[name] = target
      unlink("\(folder)/\(name)")
    }
  }

  /// The plain file that a command's first word means, by its path in the image without links; nil when it is missing.
  func find(_ command: String, _ config: ImageConfig) -> String? {
    var candidates: [String] = []
    if command.hasPrefix("/") {
      candidates = [command]
    } else if command.contains("/") {
      candidates = ["\(config.config?.WorkingDir ?? "")/\(command)"]
    } else {
      let path = config.config?.Env?.first { $0.hasPrefix("PATH=") }?.dropFirst(5) ?? "/usr/local/bin:/usr/bin:/bin"
      candidates = path.split(separator: ":").map { "\($0)/\(command)" }
      candidates += ["\(config.config?.WorkingDir ?? "")/\(command)", "/\(command)"]
    }
    for candidate in candidates {
      // A folder may be there beside a link of the same name, when a later layer has put something into it.
      for prefersLinks in [false, true] {
        if let path = resolve(candidate, prefersLinks: prefersLinks), isFile("\(folder)\(path)") { return path }
      }
    }
    return nil
  }

  /// A path in the image without links, dots and doubled slashes; it cannot lead above the image's root.
  private func resolve(_ path: String, prefersLinks: Bool) -> String? {
    var done: [Substring] = []
    var rest = Array(path.split(separator: "/").reversed())
    var followed = 0
    while let part = rest.popLast() {
      if part == "." { continue }
      if part == ".." {
        _ = done.popLast()
        continue
      }
      let here = (done + [part]).joined(separator: "/")
      guard let target = links[here], prefersLinks || !FileManager.default.fileExists(atPath: "\(folder)/\(here)")
      else {
        done.append(part)
        continue
      }
      followed += 1
      guard followed < 40 else { return nil }
      if target.hasPrefix("/") { done = [] }
      rest += target.split(separator: "/").reversed()
    }
    return done.map { "/\($0)" }.joined()
  }

  /// Every program and library with its header, by path in the image, in order.
  func programs() -> [(String, ELFHeader)] {
    let files = FileManager.default.enumerator(atPath: folder)
    var found: [(String, ELFHeader)] = []
    for case let name as String in files ?? .init() {
      var status = stat()
      guard lstat("\(folder)/\(name)", &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size > 64,
        let head = try? FileHead.read("\(folder)/\(name)", bytes: ELFHeader.bytes), let header = ELFHeader(head)
      else { continue }
      found.append(("/\(name)", header))
    }
    return found.sorted { $0.0 < $1.0 }
  }

  private func isFile(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }
}

/// An image's configuration, as far as it is written and judged here.
struct ImageConfig: Codable, Sendable {
  struct Run: Codable, Sendable {
    var Entrypoint: [String]?
    var Cmd: [String]?
    var Env: [String]?
    var User: String?
    var WorkingDir: String?
    var StopSignal: String?
  }

  struct RootFS: Codable, Sendable {
    var type: String
    var diff_ids: [String]
  }

  var architecture: String
  var os: String
  var variant: String?
  var config: Run?
  var rootfs: RootFS?

  /// The words that a container of this image starts with.
  var command: [String] { (config?.Entrypoint ?? []) + (config?.Cmd ?? []) }
}
