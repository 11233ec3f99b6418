package import Diagnostics
import Foundation
package import HTTP

/// What upstream says of one file, and where it says so.
package struct PublishedFile: Sendable, Equatable {
  package var entry: LockedFile
  /// URLs of the documents, all of which agree.
  package var sources: [String]
}

extension ArtifactStore {
  /// The checksums that upstream publishes of what no lock file names yet.
  ///
  /// - Parameters:
  ///   - others: base URLs of further servers in upstream's layout, which must agree.
  ///   - needed: how many documents must name a checksum before it is believed.
  /// - Throws: ``HearthError`` `checksum` where documents disagree or are too few, `download` where a server does not answer.
  package func published(
    _ artifacts: [Artifact], others: [String] = [], needed: Int = 2
  ) async throws(HearthError) -> [PublishedFile] {
    var carriers: [String: (carrier: UpstreamFile, artifact: Artifact)] = [:]
    for artifact in artifacts {
      guard case .program(let all) = artifact.content, let first = all.first(where: { !$0.origin.isEmpty }),
        !all.contains(where: { lock.files[$0.path] != nil })
      else { continue }
      carriers[first.path] = (first, artifact)
    }
    // Lists of a whole release are read once, not once a program.
    var documents: [String: [UInt8]?] = [:]
    var files: [PublishedFile] = []
    for (path, one) in carriers.sorted(by: { $0.key < $1.key }) {
      var words: [(checksum: Checksum, url: String)] = []
      for base in try bases(of: one.carrier) + others.map(\.trimmingSlash) {
        for document in ChecksumDocument.all(for: path) {
          let url = "\(base)/\(document.path)"
          if documents[url] == nil { documents[url] = .some(try await text(url)) }
          guard let text = documents[url] ?? nil, let checksum = ChecksumDocument.checksum(of: path, in: text) else {
            continue
          }
          words.append((checksum, url))
        }
      }
      files.append(try Self.agreed(words, path, one.artifact, needed))
    }
    return files
  }

  private static func agreed(
    _ words: [(checksum: Checksum, url: String)], _ path: String, _ artifact: Artifact, _ needed: Int
  ) throws(HearthError) -> PublishedFile {
    guard let first = words.first else {
      throw HearthError(
        .checksum, "no checksum is published for \(path)", subject: Subject(file: path),
        hint:
          "look whether this version exists; if its project publishes none, take one that you trust and write it into "
          + "\(ArtifactLock.fileName) by hand")
    }
    if let other = words.first(where: { $0.checksum != first.checksum }) {
      throw HearthError(
        .checksum, "two servers disagree about \(path)", subject: Subject(file: path),
        hint: "nothing was written; one of them was tampered with or is out of date",
        cause: "\(first.checksum) says \(first.url), \(other.checksum) says \(other.url)")
    }
    guard words.count >= needed else {
      throw HearthError(
        .checksum, "only \(first.url) names a checksum of \(path)", subject: Subject(file: path),
        hint: "name a second server with --also, or give --one-source if you trust this one")
    }
    return PublishedFile(
      entry: LockedFile(
        name: listName(of: artifact), version: artifact.version, architecture: artifact.architecture, path: path,
        checksum: first.checksum), sources: words.map(\.url))
  }

  /// Archives carry the name of their project: several programs come out of one.
  private static func listName(of artifact: Artifact) -> String {
    guard case .program(let carriers) = artifact.content, let first = carriers.first, first.member != nil else {
      return artifact.name
    }
    switch first.path.split(separator: "/").first {
    case "etcd-io": return "etcd"
    case "containerd": return "containerd"
    case "containernetworking": return "cni-plugins"
    default: return artifact.name
    }
  }

  private func bases(of carrier: UpstreamFile) throws(HearthError) -> [String] {
    switch source {
    case .upstream: return [carrier.origin]
    case .mirror(let base): return [base.trimmingSlash]
    case .folder(let folder):
      throw HearthError(
        .usage, "a folder publishes no checksums of upstream's", subject: Subject(file: folder),
        hint: "set `artifacts: upstream` or a mirror for this command, or write the folder's own lock file with "
          + "scripts/lock-artifacts")
    }
  }

  /// nil where the server has no such document.
  private func text(_ url: String) async throws(HearthError) -> [UInt8]? {
    let answer = try await http.get(url, limits: HTTPLimits(bytes: 4 << 20))
    if answer.status == 404 || answer.status == 403 { return nil }
    guard answer.isSuccess else { throw answer.failure(of: url) }
    return answer.body
  }
}
