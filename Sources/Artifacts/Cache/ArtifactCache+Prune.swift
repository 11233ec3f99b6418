import Foundation
import HTTP

/// The cache keeps what some rack of this machine uses, and forgets the rest: a file whose checksum nobody has asked for since
/// a time. Each use looks at the checksum, and says so by the time of its stamp.
extension ArtifactCache {
  struct Pruned: Equatable {
    /// Below the cache's folder.
    var files: [String] = []
    var bytes = 0
  }

  /// How long files stay that no rack uses.
  static let keptDays = 180

  /// The same, at most once a day; nil where it was done already. What cannot be removed stays.
  func pruneOnceADay(now: Date = Date()) -> Pruned? {
    let mark = "\(folder)/pruned"
    if let last = Self.modified(mark), now.timeIntervalSince(last) < 86_400 { return nil }
    guard (try? Data().write(to: URL(fileURLWithPath: mark))) != nil else { return nil }
    return prune(unusedFor: Self.keptDays, now: now)
  }

  func prune(unusedFor days: Int, now: Date = Date()) -> Pruned {
    let limit = now.addingTimeInterval(-Double(days) * 86_400)
    var pruned = Pruned()
    var kept: Set<String> = []
    for group in groups() {
      let times = group.flatMap { [Self.modified($0)] + stamps(of: $0).map(Self.modified) }.compactMap(\.self)
      guard let last = times.max(), last < limit else {
        kept.formUnion(group.flatMap(stamps).compactMap(Self.hex))
        continue
      }
      remove(group, &pruned)
    }
    // Packed copies are named by what they are packed from.
    for path in entries("gzip") {
      guard let last = Self.modified(path), last < limit else { continue }
      let name = (path as NSString).lastPathComponent
      if name.hasSuffix(".gz"), kept.contains(String(name.dropLast(3))) { continue }
      remove([path], &pruned)
    }
    for path in entries("stamps") where Self.modified(path).map({ $0 < limit }) == true {
      try? FileManager.default.removeItem(atPath: path)
    }
    return pruned
  }

  /// Files that come and go together: of one download, of one archive, of one image.
  private func groups() -> [[String]] {
    let folders = ["downloads", "unpacked"].flatMap(entries).map { folder in
      [folder] + ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map { "\(folder)/\($0)" }
    }
    let images = Dictionary(grouping: entries("images")) { path in
      (path as NSString).lastPathComponent.split(separator: ".").first.map(String.init) ?? path
    }
    return folders + images.values
  }

  private func entries(_ part: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(part)")) ?? []).sorted().map {
      "\(folder)/\(part)/\($0)"
    }
  }

  private func stamps(of path: String) -> [String] { Checksum.Algorithm.allCases.map { stamp(of: path, $0) } }

  private func remove(_ group: [String], _ pruned: inout Pruned) {
    // A folder stands before what is in it.
    for path in group.reversed() {
      var status = stat()
      let isFile = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      guard (try? FileManager.default.removeItem(atPath: path)) != nil, isFile else { continue }
      pruned.files.append(String(path.dropFirst(folder.count + 1)))
      pruned.bytes += Int(status.st_size)
    }
  }

  private static func modified(_ path: String) -> Date? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Date(timeIntervalSince1970: Double(status.st_mtim.tv_sec))
  }

  private static func hex(_ stamp: String) -> String? {
    (try? String(contentsOf: URL(fileURLWithPath: stamp), encoding: .utf8))?.split(separator: " ").last.map(String.init)
  }

  func stamp(of path: String, _ algorithm: Checksum.Algorithm) -> String {
    "\(folder)/stamps/\(Checksum.of(Data(path.utf8)).hex)-\(algorithm.rawValue)"
  }

  /// Says that a file is used today.
  func touch(_ stamp: String) {
    guard let last = Self.modified(stamp), Date().timeIntervalSince(last) > 86_400 else { return }
    utimensat(AT_FDCWD, stamp, nil, 0)
  }
}
