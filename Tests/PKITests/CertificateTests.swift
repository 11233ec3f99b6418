import Foundation
import Testing
import Diagnostics

@testable import PKI

struct CertificateTests {
  let authority: CertificateAuthority
  let request = CertificateRequest(
    commonName: "system:node:pi1", organization: "system:nodes", usages: [.client, .server], dnsNames: ["pi1"],
    addresses: ["10.77.0.11"])

  init() throws { authority = try CertificateAuthority(commonName: "home cluster") }

  @Test func whatWasIssuedWillDo() throws {
    let credential = try authority.issue(request)
    #expect(authority.mismatches(of: credential.certificatePEM, with: request) == [])
  }

  @Test func orderOfNamesDoesNotMatter() throws {
    var turned = request
    turned.dnsNames = ["a", "b"]
    let credential = try authority.issue(turned)
    turned.dnsNames = ["b", "a"]
    #expect(authority.mismatches(of: credential.certificatePEM, with: turned) == [])
  }

  @Test func everyDifferenceIsNamed() throws {
    let credential = try authority.issue(request)
    var other = request
    other.addresses = ["10.77.0.12"]
    other.organization = nil
    other.usages = [.client]
    let fields = authority.mismatches(of: credential.certificatePEM, with: other).map(\.field)
    #expect(fields == ["subject", "names", "usages"])
  }

  @Test func anotherAuthorityOfTheSameNameIsFound() throws {
    let other = try CertificateAuthority(commonName: "home cluster")
    let credential = try other.issue(request)
    #expect(authority.mismatches(of: credential.certificatePEM, with: request).map(\.field) == ["issuer"])
  }

  @Test(arguments: [(31, true), (29, false), (-1, false)])
  func certificatesAreRenewedInTime(daysLeft: Int, willDo: Bool) throws {
    let issued = Date()
    let credential = try authority.issue(request, now: issued)
    let later = issued.addingTimeInterval(Double(365 - daysLeft) * 86_400 - 60)
    #expect(authority.mismatches(of: credential.certificatePEM, with: request, now: later).isEmpty == willDo)
  }

  @Test func certificatesAreBackdatedByAnHour() throws {
    let now = Date()
    let credential = try authority.issue(request, now: now)
    func fields(_ minutes: Double) -> [String] {
      authority.mismatches(of: credential.certificatePEM, with: request, now: now.addingTimeInterval(-minutes * 60))
        .map(\.field)
    }
    #expect(fields(59) == [])
    #expect(fields(61) == ["valid from"])
  }

  @Test func rubbishIsNoCertificate() {
    #expect(authority.mismatches(of: "", with: request).map(\.field) == ["certificate"])
  }

  @Test func opensslVerifiesTheChain() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "pki-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let credential = try authority.issue(request)
    try Data(authority.certificatePEM.utf8).write(to: folder.appending(path: "ca.crt"))
    try Data(credential.combinedPEM.reveal().utf8).write(to: folder.appending(path: "leaf.pem"))
    for purpose in ["sslserver", "sslclient"] {
      let openssl = Process()
      openssl.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
      openssl.arguments = [
        "verify", "-x509_strict", "-purpose", purpose, "-verify_ip", "10.77.0.11", "-CAfile",
        folder.appending(path: "ca.crt").path, folder.appending(path: "leaf.pem").path,
      ]
      openssl.standardOutput = FileHandle.nullDevice
      try openssl.run()
      openssl.waitUntilExit()
      #expect(openssl.terminationStatus == 0)
    }
  }
}
