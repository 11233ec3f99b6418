package import Diagnostics
import Foundation
package import HTTP

/// Brings artifacts into the operator's cache: from its source, verified against the lock file, unpacked into single
/// programs, and compressed for the way to the hosts where that pays.
///
/// ```swift
/// let store = try ArtifactStore(source: source, lock: .load(source: source, beside: folder), http: HTTPClient())
/// let files = try await store.fetch(artifacts, events: sink)
/// ```
package struct ArtifactStore: Sendable {
  package enum Compression: Sendable {
    case never
    /// Keeps a gzip copy beside programs of more than a megabyte.
    case gzip
  }

  package let source: ArtifactSource
  package let lock: ArtifactLock
  /// hearth's own programs, and the paths of the lock file that they stand for.
  private let own: (folder: String, paths: Set<String>)
  let http: HTTPClient
  let cache: ArtifactCache
  let compression: Compression

  /// What events call the operator's machine.
  package static let host = "this machine"

  /// - Parameters:
  ///   - own: programs that came with hearth.
  ///   - cache: a folder; nil means `$XDG_CACHE_HOME/hearth/artifacts`.
  ///   - compression: pays on a slow wire, costs on the way to hosts on this machine.
  package init(
    cache: String? = nil, source: ArtifactSource, lock: ArtifactLock, own: OwnPrograms? = nil, http: HTTPClient,
    compression: Compression = .gzip
  ) throws(HearthError) {
    let (lock, paths) = lock.including(own)
    self.source = source
    self.lock = lock
    self.own = (own?.folder ?? "", paths)
    self.http = http
    self.cache = try ArtifactCache(folder: cache ?? ArtifactCache.standardFolder)
    self.compression = compression
  }

  func location(of carrier: UpstreamFile) -> ArtifactSource.Location {
    own.paths.contains(carrier.path) ? .file("\(own.folder)/\(carrier.path)") : source.location(of: carrier)
  }

  /// The carriers that this source has first: a folder may hold a program by itself and not upstream's archive of it.
  func ordered(_ carriers: [UpstreamFile]) -> [UpstreamFile] {
    guard case .folder = source else { return carriers }
    func isHere(_ carrier: UpstreamFile) -> Bool {
      if case .file(let path) = location(of: carrier) { ArtifactCache.exists(path) } else { false }
    }
    return carriers.filter(isHere) + carriers.filter { !isHere($0) }
  }

  /// All the artifacts as local files. What is in the cache costs no download and, unless it was touched, no hashing.
  ///
  /// - Throws: the first ``HearthError``: `download`, `checksum` (wrong bytes, or not in a lock file), `local`,
  ///   `cancelled`. What was fetched until then stays in the cache.
  package func fetch(
    _ artifacts: [Artifact], events: any EventSink = SilentSink()
  ) async throws(HearthError) -> [Artifact: LocalFile] {
    let jobs = try jobs(for: Set(artifacts))
    try refuseGaps(in: jobs)
    let meter = DownloadMeter(events)
    let pulls = Set(artifacts).filter(\.isInRegistry)
    let results = await withTaskGroup(of: Result<[Artifact: LocalFile], HearthError>.self) { group in
      for job in jobs {
        group.addTask {
          do throws(HearthError) {
            return .success(try await run(job, events: events, meter: meter))
          } catch {
            return .failure(error)
          }
        }
      }
      for artifact in pulls {
        group.addTask {
          do throws(HearthError) {
            return .success(try await pull(artifact, events: events, meter: meter))
          } catch {
            return .failure(error)
          }
        }
      }
      var results: [Result<[Artifact: LocalFile], HearthError>] = []
      for await result in group {
        if case .failure = result { group.cancelAll() }
        results.append(result)
      }
      return results
    }
    // The others were cancelled because of the first that failed.
    let failures = results.compactMap(\.failure)
    let failure = failures.first { $0.code != .cancelled } ?? failures.first
    meter.end(failure)
    if let failure { throw failure }
    var files: [Artifact: LocalFile] = [:]
    for case .success(let part) in results { files.merge(part) { first, _ in first } }
    if let pruned = cache.pruneOnceADay(), !pruned.files.isEmpty {
      events.emit(
        .note(
          level: .info, host: nil,
          text: "removed \(pruned.files.count) files (\(pruned.bytes >> 20) MB) from \(cache.folder) that no rack has "
            + "used for \(ArtifactCache.keptDays) days"))
    }
    return files
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}

extension ArtifactStore {
  /// The path of a verified file of upstream's: in the source's folder, in the cache, or downloaded now.
  func carrierFile(_ job: Job, meter: DownloadMeter) async throws(HearthError) -> String {
    switch location(of: job.carrier) {
    case .file(let path):
      try verifyFolderFile(path, job)
      return path
    case .url(let url):
      let path = cache.download(job.checksum, path: job.carrier.path)
      if try cache.checksum(of: path, job.checksum.algorithm) == job.checksum { return path }
      try ArtifactCache.makeFolder((path as NSString).deletingLastPathComponent)
      try await http.download(url, to: path, checksum: job.checksum, progress: meter.begin(job.carrier.path))
      return path
    case .nowhere:
      throw HearthError(
        .local, "\(job.carrier.path) is on no server of upstream's",
        hint: "Install hearth's package, which brings it, or name the folder or mirror that holds it in the inventory, "
          + "under cluster.artifacts.")
    }
  }

  /// A folder that lacks files lacks all of them at once, not one after another.
  func refuseGaps(in jobs: [Job]) throws(HearthError) {
    guard case .folder(let folder) = source else { return }
    let missing = jobs.map(\.carrier).filter { carrier in
      if case .file(let path) = source.location(of: carrier) { !ArtifactCache.exists(path) } else { false }
    }
    guard let first = missing.first, missing.count > 1 else { return }
    throw HearthError(
      .local, "the artifact folder lacks \(missing.count) files, such as \(first.path)",
      subject: Subject(file: folder),
      hint: "Copy them there, fill the folder with `hearth artifacts fetch --to` on a machine with internet, or "
        + "build them with the scripts of hearth.", output: missing.map(\.path))
  }

  private func verifyFolderFile(_ path: String, _ job: Job) throws(HearthError) {
    guard let found = try cache.checksum(of: path, job.checksum.algorithm) else {
      throw HearthError(
        .local, "the artifact folder lacks \(job.carrier.path)",
        hint: "Copy it there, or build it with the scripts of hearth.", command: "ls -l \(path.shellQuoted)")
    }
    guard found == job.checksum else {
      throw HearthError(
        .checksum, "\(path) is not the file that the lock file names",
        hint: "Copy it again; if it was rebuilt, let the same build write the lock file.",
        cause: "wanted \(job.checksum), found \(found)",
        command: "\(job.checksum.algorithm.rawValue)sum \(path.shellQuoted)")
    }
  }
}

extension ArtifactStore {
  /// Fetches artifacts and lays them out in a folder as ``ArtifactSource/folder(_:)`` wants them: upstream's paths, images
  /// as archives, and a lock file that names all of it.
  package func export(
    _ artifacts: [Artifact], to folder: String, events: any EventSink = SilentSink()
  ) async throws(HearthError) {
    let files = try await fetch(artifacts, events: events)
    let meter = DownloadMeter(events)
    var lockedFiles: [LockedFile] = []
    var images: [LockedImage] = []
    for job in try jobs(for: Set(artifacts)) {
      let path = try await carrierFile(job, meter: meter)
      try Self.copy(path, to: "\(folder.trimmingSlash)/\(job.carrier.path)")
      if let entry = lock.files[job.carrier.path] { lockedFiles.append(entry) }
    }
    meter.end(nil)
    for artifact in artifacts {
      guard case .image(var image) = artifact.content else { continue }
      if case .registry = image.place, let file = files[artifact], let checksum = Checksum(.sha256, hex: file.sha256) {
        let path = "images/\(image.name)-\(image.architecture.rawValue).tar"
        try Self.copy(file.path, to: "\(folder.trimmingSlash)/\(path)")
        image = LockedImage(
          name: image.name, architecture: image.architecture, reference: image.reference,
          place: .archive(path: path, checksum: checksum))
      }
      if !images.contains(image) { images.append(image) }
    }
    // What the folder held before stays named.
    let file = "\(folder.trimmingSlash)/\(ArtifactLock.fileName)"
    var all = FileManager.default.fileExists(atPath: file) ? try ArtifactLock(contentsOf: file) : ArtifactLock()
    try all.extend(by: ArtifactLock(files: lockedFiles, images: images), from: file)
    do {
      try all.yaml().write(toFile: file, atomically: true, encoding: .utf8)
    } catch {
      throw HearthError(
        .local, "the lock file cannot be written", subject: Subject(file: file), hint: "Look at the folder's owner.",
        cause: error.reason)
    }
  }

  /// A copy that appears whole.
  private static func copy(_ path: String, to target: String) throws(HearthError) {
    guard path != target else { return }
    try ArtifactCache.makeFolder((target as NSString).deletingLastPathComponent)
    let temporary = "\(target).\(getpid())"
    defer { unlink(temporary) }
    do {
      try? FileManager.default.removeItem(atPath: temporary)
      try FileManager.default.copyItem(atPath: path, toPath: temporary)
    } catch {
      throw HearthError(
        .local, "cannot copy \(path)", subject: Subject(file: target),
        hint: "look at the folder's owner, and at free disk space with `df -h`", cause: error.reason)
    }
    guard rename(temporary, target) == 0 else { throw HearthError.file("cannot write", target, errno: errno) }
  }
}
