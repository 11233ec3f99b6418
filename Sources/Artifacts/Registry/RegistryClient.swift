import Diagnostics
import Foundation
import HTTP
import Untrusted

/// One image at its registry. Shows who asks only where the registry wants to know, and to nobody but the registry and
/// the server of tokens that it names.
actor RegistryClient {
  let reference: ImageReference
  let http: HTTPClient
  let access: RegistryAccess
  /// What the registry has asked for so far, as a header.
  private var authorization: Secret<String>?

  init(_ reference: ImageReference, http: HTTPClient, access: RegistryAccess = .pull) {
    self.reference = reference
    self.http = http
    self.access = access
  }

  var url: String { reference.url(isPlain: access.isPlain) }

  /// The bytes of a manifest or of a list of manifests, equal to their digest.
  ///
  /// - Parameter name: a digest, or a tag for one that is to be locked.
  func manifest(_ name: String) async throws(HearthError) -> (bytes: [UInt8], digest: Checksum) {
    let url = "\(url)/manifests/\(name)"
    let accepted = (ImageIndex.mediaTypes + ImageManifest.mediaTypes).joined(separator: ", ")
    let answer = try await send(.get, url, ["Accept": accepted])
    guard answer.isSuccess else { throw refusal(url, answer) }
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
  ///
  /// - Parameter bytes: its size by the manifest; more is not taken.
  func blob(
    _ digest: Checksum, bytes: Int, to file: String, progress: @escaping @Sendable (HTTPProgress) -> Void
  ) async throws(HearthError) {
    let url = "\(url)/blobs/\(digest)"
    do {
      try await http.download(
        url, to: file, checksum: digest, headers: headers(for: url), mostBytes: bytes, progress: progress)
    } catch  where error.code == .download && error.message.hasSuffix("answered 401") {
      // Tokens live for minutes; a slow line outlives them.
      authorization = nil
      _ = try await send(.get, "\(self.url)/manifests/\(reference.tag)")
      try await http.download(
        url, to: file, checksum: digest, headers: headers(for: url), mostBytes: bytes, progress: progress)
    }
  }

  /// A request as the registry wants it: asked once more with what it wants to see where it answers 401.
  ///
  /// - Parameters:
  ///   - file: what `PUT` sends.
  ///   - attempts: nil means the client's own policy.
  func send(
    _ method: HTTPMethod, _ url: String, _ more: [String: String] = [:], file: String? = nil, attempts: Int? = nil
  ) async throws(HearthError) -> HTTPResponse {
    // A whole layer may be on its way: only a stall ends it.
    let limits = HTTPLimits(
      bytes: 8 << 20, timeout: file == nil ? .seconds(60) : .seconds(24 * 3600), attempts: attempts)
    // An upload that is opened twice does no harm: the registry forgets the one that nobody fills.
    let answer = try await http.send(
      method, url, headers: more.merging(headers(for: url)) { $1 }, file: file, isRepeatable: true, limits: limits)
    guard answer.status == 401, isOurs(url), let challenge = answer.headers["www-authenticate"],
      let wanted = try await answerTo(challenge), wanted != authorization
    else { return answer }
    authorization = wanted
    return try await http.send(
      method, url, headers: more.merging(headers(for: url)) { $1 }, file: file, isRepeatable: true, limits: limits)
  }

  private func headers(for url: String) -> [String: String] {
    guard isOurs(url), let authorization else { return [:] }
    return ["Authorization": authorization.reveal()]
  }

  /// Registries may send uploads elsewhere; nobody there needs to know who asks.
  private func isOurs(_ url: String) -> Bool {
    let (own, other) = (URLComponents(string: self.url), URLComponents(string: url))
    return own?.scheme == other?.scheme && own?.host == other?.host && own?.port == other?.port
  }

  /// nil when the challenge is unknown, or wants a credential that is not there.
  private func answerTo(_ header: String) async throws(HearthError) -> Secret<String>? {
    guard let challenge = AuthenticationChallenge(header) else { return nil }
    guard let url = challenge.url(for: reference.repository, actions: access.actions) else {
      return challenge == .basic ? access.credential?.basic : nil
    }
    // A token is for one who proves who he is; the proof does not leave TLS unless the registry is without it anyway.
    let isSafe = url.lowercased().hasPrefix("https:") || self.url.hasPrefix("http:")
    let limits = HTTPLimits(bytes: 1 << 20)
    let response: HTTPResponse
    if isSafe, case .identityToken(let token) = access.credential,
      let (url, form) = challenge.exchange(token, for: reference.repository, actions: access.actions)
    {
      response = try await http.send(.post, url, form: form, isRepeatable: true, limits: limits)
    } else {
      let proof = isSafe ? access.credential?.basic.map { ["Authorization": $0.reveal()] } ?? [:] : [:]
      response = try await http.get(url, headers: proof, limits: limits)
    }
    guard response.isSuccess, let grant = try? JSONDecoder().decode(Grant.self, from: Data(response.body)),
      let granted = grant.token ?? grant.access_token
    else { throw refusal(url, response) }
    return Secret("Bearer \(granted)")
  }

  private struct Grant: Decodable {
    var token: String?
    var access_token: String?
  }
}

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

extension RegistryClient {
  /// What to tell people when the registry did not do what it was asked for.
  func refusal(_ url: String, _ response: HTTPResponse) -> HearthError {
    HearthError(
      .download, "\(HearthError.displayed(url)): the registry answered \(response.status)", hint: hint(response.status),
      cause: Self.words(response.body), command: "curl -v \(HearthError.displayed(url).shellQuoted)")
  }

  private func hint(_ status: Int) -> String {
    switch (status, access.actions) {
    case (401, "pull"), (403, "pull"): "The image is private or the name is wrong; hearth pulls what anybody may pull."
    case (401, _) where access.credential == nil:
      "Give a name and a password: `docker login \(reference.host)`, or --username NAME --password-stdin."
    case (401, _): "The name or the password is wrong, or the password has ended."
    case (403, _): "This account may not write to \(reference.repository); check the name of the image."
    case (404, "pull"): "Check the name and the digest of the image in the lock file."
    case (404, _): "Check the registry's address and the image's name; some registries want the repository made first."
    case (413, _): "A proxy before the registry refuses files of this size; raise its limit."
    case (429, _): "The registry limits requests from this address; wait, or put an archive of the image into a folder."
    case (300..<400, _): "The registry sends writers elsewhere; use the address that it names."
    default: "The registry is in trouble; run the command again later."
    }
  }

  /// `{"errors":[{"code":"DENIED","message":"…"}]}`
  private static func words(_ body: [UInt8]) -> String? {
    struct Answer: Decodable {
      struct Mistake: Decodable {
        var code: String
        var message: String?
      }
      var errors: [Mistake]
    }
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(body)), !answer.errors.isEmpty else {
      return nil
    }
    return answer.errors.map { [$0.code, $0.message].compactMap { $0 }.joined(separator: ": ") }.joined(separator: "; ")
      .bounded(1000)
  }
}
