import Crypto
package import Diagnostics
package import Foundation
import SwiftASN1
import Untrusted
import X509

/// One certificate authority: its certificate and its key.
package struct CertificateAuthority: Sendable {
  /// PEM; ends with a line feed.
  package let certificatePEM: String
  package let key: SigningKey
  let certificate: Certificate
  /// Certificates of other authorities, in PEM, that count as much as this one's: while one takes the place of another.
  package private(set) var alsoTrusted: [String] = []

  /// A clock that is up to this much behind the operator's still finds a new certificate valid.
  static let backdated: TimeInterval = 3600

  /// A new authority, valid for ten years.
  package init(commonName: String, now: Date = Date()) throws(HearthError) {
    let key = SigningKey()
    do {
      let name = try DistinguishedName { CommonName(commonName) }
      let publicKey = Certificate.PublicKey(key.key.reveal().publicKey)
      let identifier = SubjectKeyIdentifier(hash: publicKey)
      let certificate = try Certificate(
        version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
        notValidBefore: now.addingTimeInterval(-Self.backdated), notValidAfter: now.addingTimeInterval(3650 * 86_400),
        issuer: name, subject: name,
        extensions: try Certificate.Extensions {
          Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
          Critical(KeyUsage(digitalSignature: true, keyCertSign: true, cRLSign: true))
          identifier
        },
        issuerPrivateKey: Certificate.PrivateKey(key.key.reveal())
      )
      self.certificate = certificate
      certificatePEM = try certificate.serializeAsPEM().pemString + "\n"
    } catch {
      throw HearthError(.internalError, "certificate authority \(commonName) could not be made: \(error)")
    }
    self.key = key
  }

  /// An authority from its two files.
  ///
  /// - Parameter certificatePEM: its own certificate, and behind it those of others that are trusted as well.
  /// - Throws: ``HearthError`` with code `local` when one does not parse or they do not belong together.
  package init(certificatePEM: String, keyPEM: Secret<String>) throws(HearthError) {
    key = try SigningKey(pem: keyPEM)
    let texts: [String]
    do {
      texts = try PEMDocument.parseMultiple(pemString: certificatePEM).map { $0.pemString + "\n" }
      certificate = try Certificate(pemEncoded: texts.first ?? certificatePEM)
    } catch {
      throw HearthError(.local, "a certificate authority's certificate does not parse: \(error)")
    }
    guard certificate.publicKey == Certificate.PublicKey(key.key.reveal().publicKey) else {
      throw HearthError(.local, "key and certificate of the authority \(certificate.subject) do not belong together")
    }
    self.certificatePEM = texts[0]
    alsoTrusted = Array(texts.dropFirst())
  }

  /// The last moment at which the authority is valid.
  package var notValidAfter: Date { certificate.notValidAfter }

  /// A new key and a certificate for it.
  package func issue(_ request: CertificateRequest, now: Date = Date()) throws(HearthError) -> Credential {
    let leafKey = SigningKey()
    do {
      let publicKey = Certificate.PublicKey(leafKey.key.reveal().publicKey)
      let leaf = try Certificate(
        version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: publicKey,
        notValidBefore: now.addingTimeInterval(-Self.backdated),
        notValidAfter: min(now.addingTimeInterval(Double(request.days) * 86_400), certificate.notValidAfter),
        issuer: certificate.subject, subject: try request.subject(),
        extensions: try request.extensions(
          issuerKeyIdentifier: SubjectKeyIdentifier(hash: certificate.publicKey).keyIdentifier),
        issuerPrivateKey: Certificate.PrivateKey(key.key.reveal())
      )
      return Credential(certificatePEM: try leaf.serializeAsPEM().pemString + "\n", keyPEM: leafKey.pem)
    } catch {
      throw HearthError(.internalError, "certificate \(request.commonName) could not be made: \(error)")
    }
  }
}

/// A certificate and its private key.
package struct Credential: Sendable {
  package var certificatePEM: String
  package var keyPEM: Secret<String>

  package init(certificatePEM: String, keyPEM: Secret<String>) {
    self.certificatePEM = certificatePEM
    self.keyPEM = keyPEM
  }

  /// Certificate, then key, in one text: a file of both is replaced as a whole or not at all.
  package var combinedPEM: Secret<String> { Secret(certificatePEM + keyPEM.reveal()) }
}

extension CertificateAuthority {
  /// Everything that is to be trusted, in PEM: its own certificate first.
  package var trustPEM: String { ([certificatePEM] + alsoTrusted).joined() }

  /// The same authority, which trusts the certificates of another as well.
  package func trusting(_ other: CertificateAuthority) -> CertificateAuthority {
    var result = self
    for text in [other.certificatePEM] + other.alsoTrusted where text != certificatePEM && !alsoTrusted.contains(text) {
      result.alsoTrusted.append(text)
    }
    return result
  }

  /// Lower-case hex of the SHA-256 of the certificate's PEM text: tells one cluster from another. Hosts and backups keep
  /// it; what a person reads is ``shownFingerprint``.
  package var fingerprint: String { Self.fingerprint(of: certificatePEM) }

  /// Of the certificate itself, as `openssl x509 -noout -fingerprint -sha256` prints it behind `=`: for people who compare.
  package var shownFingerprint: String {
    get throws(HearthError) {
      let bytes: [UInt8]
      do {
        bytes = try PEMDocument(pemString: certificatePEM).derBytes
      } catch {
        throw HearthError(.internalError, "the authority's certificate does not parse: \(error)")
      }
      return SHA256.hash(data: bytes).map { [$0].hexadecimal.uppercased() }.joined(separator: ":")
    }
  }

  /// Those of all authorities that are trusted.
  package var trustedFingerprints: [String] { [fingerprint] + alsoTrusted.map(Self.fingerprint) }

  private static func fingerprint(of pem: String) -> String {
    SHA256.hash(data: Data(pem.utf8)).hexadecimal
  }
}

/// Why a certificate that a host has will not do: what differs, what it is and what is wanted.
package struct CertificateMismatch: Sendable, Equatable {
  package var field: String
  package var found: String
  package var wanted: String
}

extension CertificateAuthority {
  /// A certificate with fewer days left is replaced: 30, or for one that lives for days only the sixth part of them. Hosts
  /// renew theirs by themselves when a third is left.
  package static func renewalDays(of request: CertificateRequest) -> Int { min(30, max(1, request.days / 6)) }

  /// Compares a certificate in PEM with what it must say; empty means that it will do. Only the certificate is
  /// needed, never its key.
  package func mismatches(
    of pem: String, with request: CertificateRequest, now: Date = Date()
  ) -> [CertificateMismatch] {
    guard let found = try? Certificate(pemEncoded: pem) else {
      return [CertificateMismatch(field: "certificate", found: "unreadable", wanted: request.commonName)]
    }
    var result: [CertificateMismatch] = []
    func check(_ field: String, _ is: String, _ wanted: String) {
      if `is` != wanted { result.append(CertificateMismatch(field: field, found: `is`, wanted: wanted)) }
    }
    if !certificate.publicKey.isValidSignature(found.signature, for: found) {
      check("issuer", "another authority", certificate.subject.description)
    }
    if let subject = try? request.subject() { check("subject", found.subject.description, subject.description) }
    check("names", Self.names(in: found), request.alternativeNames.map(Self.text).sorted().joined(separator: " "))
    check("usages", Self.usages(in: found), request.usages.map(\.rawValue).sorted().joined(separator: " "))
    let days = Int((found.notValidAfter.timeIntervalSince(now) / 86_400).rounded(.down))
    if days < Self.renewalDays(of: request), found.notValidAfter < certificate.notValidAfter {
      result.append(CertificateMismatch(field: "days left", found: String(days), wanted: String(request.days)))
    }
    if found.notValidBefore > now {
      result.append(
        CertificateMismatch(field: "valid from", found: "\(found.notValidBefore)", wanted: "before \(now)"))
    }
    return result
  }

  private static func names(in certificate: Certificate) -> String {
    let names = try? certificate.extensions.subjectAlternativeNames
    return (names.map { $0.map(text) } ?? []).sorted().joined(separator: " ")
  }

  private static func usages(in certificate: Certificate) -> String {
    let found = (try? certificate.extensions.extendedKeyUsage).flatMap { $0 }
    return CertificateRequest.Usage.allCases
      .filter { usage in found?.contains { $0 == usage.identifier } ?? false }
      .map(\.rawValue).sorted().joined(separator: " ")
  }

  private static func text(_ name: GeneralName) -> String {
    switch name {
    case .dnsName(let name): name
    case .ipAddress(let bytes): bytes.bytes.map(String.init).joined(separator: ".")
    default: "\(name)"
    }
  }
}
