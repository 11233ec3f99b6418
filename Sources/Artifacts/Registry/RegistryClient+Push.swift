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
    for pause in [1, 4] {
      do {
        return try await upload(digest, file: file)
      } catch {
        guard case .line = error else { throw error.error }
        try await http.pause(.seconds(pause), url)
      }
    }
    do { return try await upload(digest, file: file) } catch { throw error.error }
  }

  /// Why an upload came to nothing.
  private enum Failure: Error {
    /// No answer came to what was sent.
    case line(HearthError)
    case refused(HearthError)

    var error: HearthError {
      switch self {
      case .line(let error), .refused(let error): error
      }
    }
  }

  private func upload(_ digest: Checksum, file: String) async throws(Failure) -> Bool {
    let target: String
    do { target = try await uploadPlace(for: digest) } catch { throw .refused(error) }
    let stored: HTTPResponse
    do {
      stored = try await send(.put, target, ["Content-Type": "application/octet-stream"], file: file, attempts: 1)
    } catch {
      throw error.code == .download ? .line(error) : .refused(error)
    }
    guard stored.status == 201 else { throw .refused(refusal(target, stored)) }
    return true
  }

  private func uploadPlace(for digest: Checksum) async throws(HearthError) -> String {
    let start = "\(url)/blobs/uploads/"
    let opened = try await send(.post, start)
    guard opened.status == 202, let location = opened.headers["location"], var place = place(location) else {
      throw refusal(start, opened)
    }
    // What stands there already may be signed, so it stays letter for letter.
    place.percentEncodedQuery = (place.percentEncodedQuery.map { "\($0)&" } ?? "") + "digest=\(digest)"
    guard let target = place.string else { throw refusal(start, opened) }
    return target
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
