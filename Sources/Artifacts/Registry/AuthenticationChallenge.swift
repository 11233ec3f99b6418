import Diagnostics
import Foundation

/// What a registry wants to see before it answers: `WWW-Authenticate`.
enum AuthenticationChallenge: Equatable {
  /// Name and password with each request.
  case basic
  /// A token that another server gives: `Bearer realm="https://…",service="…",scope="…"`.
  case bearer(realm: String, service: String?, scope: String?)

  init?(_ header: String) {
    let scheme = header.prefix { $0 != " " }.lowercased()
    if scheme == "basic" {
      self = .basic
      return
    }
    guard scheme == "bearer" else { return nil }
    var fields: [String: String] = [:]
    for match in header.dropFirst(7).matches(of: /([a-z_]+)="([^"]*)"/) {
      fields[String(match.output.1)] = String(match.output.2)
    }
    guard let realm = fields["realm"] else { return nil }
    self = .bearer(realm: realm, service: fields["service"], scope: fields["scope"])
  }

  /// Where the token is; nil when none is needed, or none can be had there.
  func url(for repository: String, actions: String) -> String? {
    guard case .bearer(let realm, _, _) = self, var parts = URLComponents(string: realm) else { return nil }
    parts.queryItems =
      (parts.queryItems ?? [])
      + fields(for: repository, actions: actions).sorted { $0.key > $1.key }.map {
        URLQueryItem(name: $0.key, value: $0.value)
      }
    return parts.string
  }

  /// Where an identity token is exchanged for one that the registry takes, and what is sent there.
  func exchange(
    _ token: Secret<String>, for repository: String, actions: String
  ) -> (url: String, form: Secret<[String: String]>)? {
    guard case .bearer(let realm, _, _) = self, URLComponents(string: realm) != nil else { return nil }
    let more = ["grant_type": "refresh_token", "client_id": "hearth", "refresh_token": token.reveal()]
    return (realm, Secret(fields(for: repository, actions: actions).merging(more) { $1 }))
  }

  private func fields(for repository: String, actions: String) -> [String: String] {
    guard case .bearer(_, let service, let scope) = self else { return [:] }
    // A registry may name less in its challenge than the next request needs.
    let wanted = "repository:\(repository):\(actions)"
    var fields = ["scope": actions == "pull" ? scope ?? wanted : wanted]
    fields["service"] = service
    return fields
  }
}
