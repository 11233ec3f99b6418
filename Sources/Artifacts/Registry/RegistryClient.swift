import Diagnostics
import Foundation
import HTTP

/// One image at its registry. Asks for a token when the registry wants one, as anybody may have it.
actor RegistryClient {
  private let reference: ImageReference
  private let http: HTTPClient
  private var token: Secret<String>?

  init(_ reference: ImageReference, http: HTTPClient) {
    self.reference = reference
    self.http = http
  }

  /// The bytes of a manifest or of a list of manifests, equal to their digest.
  ///
  /// - Parameter name: a digest, or a tag for one that is to be locked.
  func manifest(_ name: String) async throws(HearthError) -> (bytes: [UInt8], digest: Checksum) {
    let url = "\(reference.url)/manifests/\(name)"
    let accepted = (ImageIndex.mediaTypes + ImageManifest.mediaTypes).joined(separator: ", ")
    let answer = try await get(url, ["Accept": accepted])
    guard answer.isSuccess else { throw refusal(url, answer.status) }
    let found = Checksum.of(answer.body)
    if let wanted = Checksum(digest: name), wanted != found {
      throw HearthError(
        .checksum, "\(url): the manifest is not the one that the lock file names",
        hint: "Do not use this registry; a proxy may have answered in its place.",
        cause: "wanted \(wanted), found \(found)")
    }
    return (answer.body, found)
  }

  /// Downloads a blob to a file, resumed and verified.
  func blob(
    _ digest: Checksum, to file: String, progress: @escaping @Sendable (HTTPProgress) -> Void
  ) async throws(HearthError) {
    let url = "\(reference.url)/blobs/\(digest)"
    do {
      try await http.download(url, to: file, checksum: digest, headers: authorization, progress: progress)
    } catch where error.code == .download && error.message.hasSuffix("answered 401") {
      // Tokens live for minutes; a slow line outlives them.
      token = nil
      _ = try await get("\(reference.url)/manifests/\(reference.tag)", [:])
      try await http.download(url, to: file, checksum: digest, headers: authorization, progress: progress)
    }
  }

  private var authorization: [String: String] { token.map { ["Authorization": "Bearer \($0.reveal())"] } ?? [:] }

  private func get(_ url: String, _ headers: [String: String]) async throws(HearthError) -> HTTPResponse {
    let limits = HTTPLimits(bytes: 8 << 20)
    let answer = try await http.get(url, headers: headers.merging(authorization) { $1 }, limits: limits)
    guard answer.status == 401, let header = answer.headers["www-authenticate"],
      let challenge = BearerChallenge(header)
    else { return answer }
    let response = try await http.get(challenge.url(reference), limits: HTTPLimits(bytes: 1 << 20))
    guard response.isSuccess, let grant = try? JSONDecoder().decode(Grant.self, from: Data(response.body)),
      let granted = grant.token ?? grant.access_token
    else { throw refusal(url, response.status) }
    token = Secret(granted)
    return try await http.get(url, headers: headers.merging(authorization) { $1 }, limits: limits)
  }

  private struct Grant: Decodable {
    var token: String?
    var access_token: String?
  }

  private func refusal(_ url: String, _ status: Int) -> HearthError {
    let hint =
      switch status {
      case 401, 403: "The image is private or the name is wrong; hearth pulls what anybody may pull."
      case 404: "Check the name and the digest of the image in the lock file."
      case 429: "The registry limits pulls from this address; wait, or put an archive of the image into a folder."
      default: "The registry is in trouble; run the command again later."
      }
    return HearthError(.download, "\(url): the registry answered \(status)", hint: hint, command: "curl -v '\(url)'")
  }
}

/// `Bearer realm="https://…",service="…",scope="…"`
struct BearerChallenge {
  let realm: String
  let service: String?
  let scope: String?

  init?(_ header: String) {
    guard header.lowercased().hasPrefix("bearer ") else { return nil }
    var fields: [String: String] = [:]
    for match in header.dropFirst(7).matches(of: /([a-z_]+)="([^"]*)"/) {
      fields[String(match.output.1)] = String(match.output.2)
    }
    guard let realm = fields["realm"] else { return nil }
    self.realm = realm
    service = fields["service"]
    scope = fields["scope"]
  }

  func url(_ reference: ImageReference) -> String {
    var parts = URLComponents(string: realm) ?? URLComponents()
    let query = [("service", service), ("scope", scope ?? "repository:\(reference.repository):pull")]
    parts.queryItems = (parts.queryItems ?? []) + query.compactMap { name, value in
      value.map { URLQueryItem(name: name, value: $0) }
    }
    return parts.string ?? realm
  }
}
