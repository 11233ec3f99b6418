package import Diagnostics
import Foundation

/// Who asks a registry, and what for.
package struct RegistryAccess: Sendable {
  /// Without one the registry is asked as anybody may.
  package var credential: RegistryCredential?
  /// Without TLS. Registries on this machine need none in any case.
  package var isPlain: Bool
  let actions: String

  private init(_ actions: String, _ credential: RegistryCredential?, isPlain: Bool) {
    self.actions = actions
    self.credential = credential
    self.isPlain = isPlain
  }

  /// What anybody may pull.
  package static let pull = RegistryAccess("pull", nil, isPlain: false)

  package static func push(_ credential: RegistryCredential?, isPlain: Bool = false) -> RegistryAccess {
    RegistryAccess("pull,push", credential, isPlain: isPlain)
  }
}

/// What proves to a registry, or to its server of tokens, who asks.
package enum RegistryCredential: Sendable, Equatable {
  case password(user: String, Secret<String>)
  /// What a server of tokens gave at an earlier login, and takes in place of name and password.
  case identityToken(Secret<String>)

  /// The header that basic authentication wants; nil for what only a server of tokens understands.
  var basic: Secret<String>? {
    guard case .password(let user, let password) = self else { return nil }
    return Secret("Basic " + Data("\(user):\(password.reveal())".utf8).base64EncodedString())
  }
}
