import Diagnostics
import Foundation
import HTTP

extension RegistryClient {
  /// Brings a blob where it is missing.
  ///
  /// - Returns: false when the registry had it.
  func push(_ digest: Checksum, file: String) async throws(HearthError) -> Bool {
    let url = "\(url)/blobs/\(digest)"
    let answer = try await send(.head, url)
    if answer.isSuccess { return false }
    guard answer.status == 404 else { throw refusal(url, answer) }
    // A broken connection ends the upload on the registry's side too: each try is a new one.
    for pause in [1, 4, nil] as [Int?] {
      do {
        try await upload(digest, file: file)
        return true
      } catch {
        guard error.code == .download, error.message.hasSuffix("broke the connection"), let pause else {
          throw error.code == .download ? resumable(error) : error
        }
        try await http.pause(.seconds(pause), url)
      }
    }
    return true
  }

  private func resumable(_ error: HearthError) -> HearthError {
    var error = error
    if error.hint?.contains("downloads go on") == true {
      error.hint = "Run the command again: what the registry has is not sent again."
    }
    return error
  }

  private func upload(_ digest: Checksum, file: String) async throws(HearthError) {
    let start = "\(url)/blobs/uploads/"
    let opened = try await send(.post, start)
    guard opened.status == 202, let location = opened.headers["location"], let place = place(location) else {
      throw refusal(start, opened)
    }
    var parts = place
    // What stands there already may be signed, so it stays letter for letter.
    parts.percentEncodedQuery = (parts.percentEncodedQuery.map { "\($0)&" } ?? "") + "digest=\(digest)"
    guard let target = parts.string else { throw refusal(start, opened) }
    let stored = try await send(.put, target, ["Content-Type": "application/octet-stream"], file: file, attempts: 1)
    guard stored.status == 201 else { throw refusal(target, stored) }
  }

  /// Relative to the registry, or a whole address; never from TLS to none.
  private func place(_ location: String) -> URLComponents? {
    guard let base = URL(string: url), let place = URL(string: location, relativeTo: base)?.absoluteURL,
      let parts = URLComponents(url: place, resolvingAgainstBaseURL: true),
      parts.scheme == "https" || parts.scheme == base.scheme
    else { return nil }
    return parts
  }

  /// Stores a manifest or an index under a digest or a tag.
  func push(manifest file: String, mediaType: String, as name: String) async throws(HearthError) {
    let url = "\(url)/manifests/\(name)"
    let answer = try await send(.put, url, ["Content-Type": mediaType], file: file)
    guard answer.status == 201 else { throw refusal(url, answer) }
  }
}
