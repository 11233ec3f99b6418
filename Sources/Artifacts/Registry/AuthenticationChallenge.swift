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
    guard case .bearer(let realm, let service, let scope) = self, var parts = URLComponents(string: realm) else {
      return nil
    }
    // A registry may name less in its challenge than the next request needs.
    let wanted = "repository:\(repository):\(actions)"
    let query = [("service", service), ("scope", actions == "pull" ? scope ?? wanted : wanted)]
    parts.queryItems =
      (parts.queryItems ?? [])
      + query.compactMap { name, value in
        value.map { URLQueryItem(name: name, value: $0) }
      }
    return parts.string
  }
}
