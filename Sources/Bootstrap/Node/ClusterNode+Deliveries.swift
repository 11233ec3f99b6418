import Provision

extension ClusterNode {
  static let imageFolder = "/var/lib/hearth/images"

  /// Programs and image archives.
  var deliveries: [Resource] {
    let programs = software.programs.filter { isControlPlane || !$0.onlyOnControlPlane }
    let folders = Set(programs.map { String($0.path[..<($0.path.lastIndex(of: "/") ?? $0.path.startIndex)]) })
      .subtracting(["/usr/local/bin", "/usr/local/sbin"]).union(["/usr/local/lib/hearth"])
    return folders.sorted().map { .directory(.init($0)) }
      + [.directory(.init("/var/lib/hearth", mode: 0o700)), .directory(.init(Self.imageFolder))]
      + programs.map { .delivery(.init($0.path, $0.file)) }
      + software.images.map { .delivery(.init(archivePath(of: $0), $0.archive, mode: 0o644)) }
  }

  func archivePath(of image: Software.Image) -> String {
    let name = image.reference.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "_" }
    return "\(Self.imageFolder)/\(String(name)).tar"
  }
}
