import SwiftASN1
import X509

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
