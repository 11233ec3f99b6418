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

/// A name and a password, which may be a token.
package struct RegistryCredential: Sendable, Equatable {
  package var user: String
  package var password: Secret<String>

  package init(user: String, password: Secret<String>) {
    self.user = user
    self.password = password
  }

  /// The header that basic authentication wants.
  var basic: Secret<String> { Secret("Basic " + Data("\(user):\(password.reveal())".utf8).base64EncodedString()) }
}
