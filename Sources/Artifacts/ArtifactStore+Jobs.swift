import Diagnostics
import Foundation
import HTTP

extension ArtifactStore {
  /// One file of upstream's and all that is wanted from it.
  struct Job: Sendable {
    let carrier: UpstreamFile
    let checksum: Checksum
    var artifacts: [(Artifact, member: String?)]
  }

  func jobs(for artifacts: Set<Artifact>) throws(HearthError) -> [Job] {
    var jobs: [String: Job] = [:]
    for artifact in artifacts {
      guard let (carrier, checksum) = try carrier(of: artifact) else { continue }
      jobs[carrier.path, default: Job(carrier: carrier, checksum: checksum, artifacts: [])]
        .artifacts.append((artifact, carrier.member))
    }
    return jobs.values.sorted { $0.carrier.path < $1.carrier.path }
  }

  /// nil for images of a registry, which are not files of the source.
  private func carrier(of artifact: Artifact) throws(HearthError) -> (UpstreamFile, Checksum)? {
    switch artifact.content {
    case .program(let carriers): return try lock.carrier(of: artifact, ordered(carriers))
    case .image(let image):
      guard case .archive(let path, let checksum) = image.place else { return nil }
      return (UpstreamFile(origin: "", path: path), checksum)
    }
  }

  func run(
    _ job: Job, events: any EventSink, meter: DownloadMeter
  ) async throws(HearthError) -> [Artifact: LocalFile] {
    let name = (job.carrier.path as NSString).lastPathComponent
    let lock = try await cache.lock("\(job.checksum.algorithm.rawValue)-\(job.checksum.hex)") {
      events.emit(.note(level: .info, host: nil, text: "another hearth is fetching \(name); waiting for it"))
    }
    defer { withExtendedLifetime(lock) {} }
    var missing: [String: String] = [:]
    for (_, member) in job.artifacts {
      guard let member else { continue }
      let target = cache.unpacked(job.checksum, member: member)
      if try !isWhole(target) { missing[member] = target }
    }
    var direct: String?
    if !missing.isEmpty || job.artifacts.contains(where: { $0.member == nil }) {
      let path = try await carrierFile(job, meter: meter)
      direct = path
      if let (_, first) = missing.first {
        try ArtifactCache.makeFolder((first as NSString).deletingLastPathComponent)
        try await Archive(path: path).unpack(missing, scratch: "\(cache.folder)/unpacked/.\(job.checksum.hex)")
        for target in missing.values { try record(target) }
      }
    }
    var files: [Artifact: LocalFile] = [:]
    for (artifact, member) in job.artifacts {
      let path = member.map { cache.unpacked(job.checksum, member: $0) } ?? direct
      guard let path, let checksum = try cache.checksum(of: path) else { continue }
      files[artifact] = try await localFile(path, checksum)
    }
    return files
  }

  /// An unpacked program whose bytes are still those that came out of the archive.
  ///
  /// - Parameter fully: reads every byte again, whatever was seen before.
  func isWhole(_ path: String, fully: Bool = false) throws(HearthError) -> Bool {
    guard let recorded = try? String(contentsOf: URL(fileURLWithPath: path + ".sha256"), encoding: .utf8) else {
      return false
    }
    return (fully ? try Checksum.of(file: path) : try cache.checksum(of: path))?.hex == recorded
  }

  func record(_ path: String) throws(HearthError) {
    let checksum = try Checksum.of(file: path)
    do {
      try Data(checksum.hex.utf8).write(to: URL(fileURLWithPath: path + ".sha256"), options: .atomic)
    } catch {
      throw HearthError.file("cannot write", path + ".sha256", from: error)
    }
  }

  func localFile(_ path: String, _ checksum: Checksum) async throws(HearthError) -> LocalFile {
    let bytes = ArtifactCache.bytes(of: path)
    var file = LocalFile(path: path, sha256: checksum.hex, bytes: bytes)
    guard case .gzip = compression, bytes > 1 << 20 else { return file }
    let target = cache.gzip(checksum)
    if !FileManager.default.fileExists(atPath: target) {
      let temporary = "\(target).\(getpid())"
      defer { unlink(temporary) }
      try await LocalProgram.run("sh", ["-c", #"exec gzip --no-name --stdout -- "$1" >"$2""#, "sh", path, temporary])
      try ArtifactCache.place(temporary, at: target)
    }
    file.gzipped = target
    return file
  }
}
