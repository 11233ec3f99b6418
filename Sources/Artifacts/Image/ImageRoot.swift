import Foundation

/// The unpacked layers of an image.
struct ImageRoot: Sendable {
  let folder: String

  /// The file that a command's first word means; nil when it is missing or lies outside.
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
    return candidates.lazy.map { "\(folder)/\($0)" }.first { isInside($0) }
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

  /// A plain file, reached without leaving the folder; links that an image makes are not trusted.
  private func isInside(_ path: String) -> Bool {
    guard let real = realpath(path, nil) else { return false }
    defer { free(real) }
    var status = stat()
    guard stat(real, &status) == 0, status.st_mode & S_IFMT == S_IFREG, let root = realpath(folder, nil) else {
      return false
    }
    defer { free(root) }
    return String(cString: real).hasPrefix(String(cString: root) + "/")
  }
}
