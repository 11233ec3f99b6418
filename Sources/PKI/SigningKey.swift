import Crypto
package import Diagnostics

/// An EC P-256 private key. No description, error or dump of it shows the key.
package struct SigningKey: Sendable {
  let key: Secret<P256.Signing.PrivateKey>

  /// A new key from the system's random source.
  package init() { key = Secret(P256.Signing.PrivateKey()) }

  /// - Parameter pem: PKCS #8 or SEC 1.
  /// - Throws: ``HearthError`` with code `local`, which never holds the text.
  package init(pem: Secret<String>) throws(HearthError) {
    do {
      key = Secret(try P256.Signing.PrivateKey(pemRepresentation: pem.reveal()))
    } catch {
      throw HearthError(.local, "a private key does not parse as an EC P-256 key in PEM")
    }
  }

  /// PKCS #8, as Go, OpenSSL and HAProxy read it; ends with a line feed.
  package var pem: Secret<String> { Secret(key.reveal().pemRepresentation + "\n") }

  /// `PUBLIC KEY` in PEM; ends with a line feed.
  package var publicPEM: String { key.reveal().publicKey.pemRepresentation + "\n" }
}
