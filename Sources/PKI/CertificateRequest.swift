import Crypto
package import Diagnostics
import SwiftASN1
import X509

/// What a certificate must say; compared with what a host has, and signed when the two differ.
package struct CertificateRequest: Sendable, Equatable {
  package enum Usage: String, Sendable, CaseIterable { case server, client }

  package var commonName: String
  /// Groups, as Kubernetes reads them.
  package var organization: String?
  package var usages: Set<Usage>
  package var dnsNames: [String]
  /// IPv4 addresses in dotted decimal.
  package var addresses: [String]
  package var days: Int

  package init(
    commonName: String, organization: String? = nil, usages: Set<Usage>, dnsNames: [String] = [],
    addresses: [String] = [], days: Int = 365
  ) {
    self.commonName = commonName
    self.organization = organization
    self.usages = usages
    self.dnsNames = dnsNames
    self.addresses = addresses
    self.days = days
  }
}

extension CertificateRequest {
  func subject() throws -> DistinguishedName {
    // Organization first, as every other tool of this kind writes it.
    try DistinguishedName {
      if let organization { OrganizationName(organization) }
      CommonName(commonName)
    }
  }

  func extensions(issuerKeyIdentifier: ArraySlice<UInt8>) throws -> Certificate.Extensions {
    try Certificate.Extensions {
      Critical(BasicConstraints.notCertificateAuthority)
      Critical(KeyUsage(digitalSignature: true))
      try ExtendedKeyUsage(usages.sorted { $0.rawValue > $1.rawValue }.map(\.identifier))
      AuthorityKeyIdentifier(keyIdentifier: issuerKeyIdentifier)
      if !alternativeNames.isEmpty { SubjectAlternativeNames(alternativeNames) }
    }
  }

  var alternativeNames: [GeneralName] {
    dnsNames.map { .dnsName($0) }
      + addresses.map { address in
        .ipAddress(ASN1OctetString(contentBytes: address.split(separator: ".").compactMap { UInt8($0) }[...]))
      }
  }
}

extension CertificateRequest.Usage {
  var identifier: ExtendedKeyUsage.Usage {
    switch self {
    case .server: .serverAuth
    case .client: .clientAuth
    }
  }
}

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
