package import Diagnostics
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

  func location(of carrier: Carrier) -> ArtifactSource.Location {
    own.paths.contains(carrier.path) ? .file("\(own.folder)/\(carrier.path)") : source.location(of: carrier)
  }

  /// The carriers that this source has first: a folder may hold a program by itself and not upstream's archive of it.
  func ordered(_ carriers: [Carrier]) -> [Carrier] {
    guard case .folder = source else { return carriers }
    func isHere(_ carrier: Carrier) -> Bool {
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
    return files
  }
}

extension Result {
  fileprivate var failure: Failure? {
    if case .failure(let error) = self { error } else { nil }
  }
}
