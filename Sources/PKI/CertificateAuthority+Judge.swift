package import Foundation
import SwiftASN1
import X509

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
