import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import PKI

/// At each stage of a rotation, what one host has and another trusts must fit together, whichever of the two has come to
/// the next stage already.
struct RotationTests {
  let old: Authority
  let next: Authority
  let rotation: AuthorityRotation
  let request = CertificateRequest(commonName: "pi1", usages: [.server])

  init() throws {
    old = try Authority.create(cluster: "home")
    next = try old.successor(cluster: "home")
    rotation = AuthorityRotation(to: next)
  }

  /// Before, trust, sign, drop.
  private func stages() throws -> [Authority] {
    var all = [old]
    while let further = rotation.advanced(from: try #require(all.last)) { all.append(further) }
    return all
  }

  @Test func stagesFollowOneAnotherAndAreReadFromTheKeys() throws {
    #expect(try stages().map(rotation.stage(of:)) == [nil, .trust, .sign, .drop])
  }

  @Test func keysOfEveryStageComeBackFromTheirFiles() throws {
    for own in try stages() {
      let read = try AuthorityFiles(AuthorityFiles(own).texts).authority()
      #expect(rotation.stage(of: read) == rotation.stage(of: own))
      #expect(AuthorityFiles(read).texts == AuthorityFiles(own).texts)
    }
  }

  @Test(arguments: 0..<3)
  func whatOneStageSignsTheNeighboursTrust(_ part: Int) throws {
    let folder = try TemporaryFolder("hearth-rotation")
    let stages = try stages().map { [$0.cluster, $0.etcd, $0.frontProxy][part] }
    for (index, signer) in stages.enumerated() {
      let leaf = folder.file("leaf.pem")
      try signer.issue(request).certificatePEM.write(toFile: leaf, atomically: true, encoding: .utf8)
      for (other, truster) in stages.enumerated() {
        let trust = folder.file("trust.pem")
        try truster.trustPEM.write(toFile: trust, atomically: true, encoding: .utf8)
        let isTrusted = (try? Command.run("openssl", "verify", "-CAfile", trust, leaf)) != nil
        // Two stages apart, hosts never meet.
        if abs(index - other) <= 1 { #expect(isTrusted, "signed at stage \(index), trusted at stage \(other)") }
        if other == 3, index < 2 { #expect(!isTrusted, "the old authority still counts") }
        if other == 0, index > 1 { #expect(!isTrusted) }
      }
    }
  }

  @Test func theFingerprintThatPeopleReadIsWhatOpenSSLPrints() throws {
    let folder = try TemporaryFolder("hearth-rotation")
    let file = folder.file("ca.crt")
    for own in try stages() {
      // As it lies on a host, where the own certificate is the first of several.
      try own.cluster.trustPEM.write(toFile: file, atomically: true, encoding: .utf8)
      let printed = try Command.run("openssl", "x509", "-noout", "-fingerprint", "-sha256", "-in", file)
      #expect(try printed.split(separator: "=").last.map(String.init) == own.cluster.shownFingerprint)
    }
  }

  @Test func certificatesAreMadeAnewOnlyAtTheSecondStage() throws {
    let leaf = try old.cluster.issue(request).certificatePEM
    let fields = try stages().map { $0.cluster.mismatches(of: leaf, with: request).map(\.field) }
    #expect(fields == [[], [], ["issuer"], ["issuer"]])
  }

  @Test func tokensCountUntilTheRotationAfterThis() throws {
    let stages = try stages()
    #expect(
      stages.map(\.serviceAccount.publicPEM).map { $0 == old.serviceAccount.publicPEM } == [true, true, false, false])
    for own in stages { #expect(own.serviceAccountPEM.contains(old.serviceAccount.publicPEM)) }
    for own in stages.dropFirst() { #expect(own.serviceAccountPEM.contains(next.serviceAccount.publicPEM)) }
    let last = try #require(stages.last)
    let second = AuthorityRotation(to: try last.successor(cluster: "home"))
    var own = last
    while let further = second.advanced(from: own) { own = further }
    // The key before the last is forgotten.
    #expect(own.serviceAccountPEM.contains(next.serviceAccount.publicPEM))
    #expect(!own.serviceAccountPEM.contains(old.serviceAccount.publicPEM))
    #expect(own.lineage == [old.cluster.fingerprint, next.cluster.fingerprint])
  }

  @Test func keysThatWereLostOnTheWayDoNotStopARotation() throws {
    // From a control-plane host, another machine gets the keys of the stage but not those that were to come.
    for own in try stages().dropFirst() {
      let another = AuthorityRotation(to: try own.successor(cluster: "home"))
      #expect(another.stage(of: own) == nil)
      var now = own
      while let further = another.advanced(from: now) { now = further }
      #expect(now.cluster.alsoTrusted.isEmpty && now.cluster.certificatePEM == another.next.cluster.certificatePEM)
    }
  }

  @Test func secretsStayReadable() throws {
    for own in try stages() { #expect(own.encryptionKey.reveal() == old.encryptionKey.reveal()) }
  }

  @Test("an encryption key that was replaced while authorities are being replaced is not brought back")
  func encryptionMeanwhile() throws {
    let rotation = AuthorityRotation(to: try old.successor(cluster: "home"))
    var own = try #require(rotation.advanced(from: old))
    for _ in 1...3 { own = own.advancedEncryption() }
    while let further = rotation.advanced(from: own) { own = further }
    #expect(own.encryptionKeys.map(\.number) == [2])
  }
}
