import Diagnostics
import Foundation
import Inventory
import PKI
import TestSupport
import Testing

@testable import Bootstrap

extension Attacks {
  /// What a worker may write into a request, and what comes of it.
  struct Crafted: CustomTestStringConvertible, Sendable {
    enum Outcome {
      /// A certificate that says what hearth's own list says, and nothing else.
      case asListed
      /// No certificate.
      case refused
    }
    var testDescription: String
    var outcome: Outcome
    /// The value that is handed in.
    var value: @Sendable (Attacker) throws -> String

    /// A message that the node has signed itself.
    static func request(
      _ name: String, _ outcome: Outcome, _ make: @escaping @Sendable (Attacker) throws -> [UInt8]
    ) -> Crafted {
      Crafted(testDescription: name, outcome: outcome) { Data(try $0.message(make($0))).base64EncodedString() }
    }

    static func message(_ name: String, _ make: @escaping @Sendable (Attacker) throws -> [UInt8]) -> Crafted {
      Crafted(testDescription: name, outcome: .refused) { Data(try make($0)).base64EncodedString() }
    }
  }

  static let wanted = DER.extensionRequest(
    DER.names(DER.dns("kubernetes"), DER.dns("kubernetes.default.svc"), DER.dns("pi1"), DER.address([10, 96, 0, 1])))
  static let lie = DER.extensionRequest(
    DER.ext(
      "2.16.840.1.113730.1.13", DER.text("x\nSubject Alternative Name\nDNS:pi2, IP Address:10.77.0.12\n", tag: 0x16)))

  static let crafted: [Crafted] = [
    .request("a request like any other", .asListed) { try $0.request() },
    .request("forged text in the first of two attributes, the API server's names in the second", .asListed) {
      try $0.request(attributes: [lie, wanted])
    },
    .request("names of the API server", .asListed) { try $0.request(attributes: [wanted]) },
    .request("three attributes with names", .asListed) { try $0.request(attributes: [wanted, lie, wanted]) },
    .request("several extensions with names", .asListed) {
      try $0.request(attributes: [DER.extensionRequest(DER.names(DER.dns("pi1")), DER.names(DER.dns("kubernetes")))])
    },
    .request("an IPv4 address in an IPv6 one", .asListed) {
      try $0.request(attributes: [
        DER.extensionRequest(
          DER.names(DER.address([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 10, 96, 0, 1])))
      ])
    },
    .request("an address of five bytes", .asListed) {
      try $0.request(attributes: [DER.extensionRequest(DER.names(DER.address([10, 96, 0, 1, 0])))])
    },
    .request("a name in capitals", .asListed) {
      try $0.request(attributes: [DER.extensionRequest(DER.names(DER.dns("KUBERNETES")))])
    },
    .request("a name as URI and as mail address", .asListed) {
      try $0.request(attributes: [
        DER.extensionRequest(DER.names(DER.text("https://kubernetes", tag: 0x86), DER.text("a@kubernetes", tag: 0x81)))
      ])
    },
    .request("the group of administrators", .asListed) {
      try $0.request([DER.organization("hearth:admins"), DER.commonName("evil")])
    },
    .request("the group of masters", .asListed) {
      try $0.request([DER.organization("system:masters"), DER.commonName("system:node:pi2")])
    },
    .request("two groups in one part of the subject", .asListed) {
      try $0.request([
        DER.set(DER.part("2.5.4.10", "system:nodes"), DER.part("2.5.4.10", "hearth:admins")),
        DER.commonName("system:node:pi2"),
      ])
    },
    .request("two common names", .asListed) {
      try $0.request([DER.commonName("system:node:pi2"), DER.commonName("system:node:pi1")])
    },
    .request("the name of another node in capitals", .asListed) {
      try $0.request([DER.organization("SYSTEM:NODES"), DER.commonName("SYSTEM:NODE:PI1")])
    },
    .request("line breaks of every kind in the common name", .asListed) {
      try $0.request([DER.commonName("pi2\n/O=hearth:admins\r\n\u{85}\u{2028}\u{2029}subject=CN=x")])
    },
    .request("a zero in the common name", .asListed) { try $0.request([DER.commonName("system:node:pi1\0.pi2")]) },
    .request("a common name in two bytes a character", .asListed) {
      try $0.request([DER.set(DER.part("2.5.4.3", "\0x\0y", tag: 0x1e))])
    },
    .request("a subject of 3000 bytes", .asListed) {
      try $0.request([DER.commonName(String(repeating: "a", count: 3000))])
    },
    .request("no subject", .asListed) { try $0.request([]) },
    .request("an authority", .asListed) {
      try $0.request(attributes: [
        DER.extensionRequest(
          DER.ext("2.5.29.19", critical: true, DER.sequence([1, 1, 0xff])),
          DER.ext("2.5.29.15", critical: true, [3, 2, 1, 6]))
      ])
    },
    .request("use for everything", .asListed) {
      try $0.request(attributes: [
        DER.extensionRequest(
          DER.ext(
            "2.5.29.37",
            DER.sequence(DER.identifier("2.5.29.37.0"), DER.identifier("1.3.6.1.5.5.7.3.1"))))
      ])
    },
    .request("a critical extension that nobody knows", .asListed) {
      try $0.request(attributes: [DER.extensionRequest(DER.ext("1.3.6.1.4.1.99999.1", critical: true, [5, 0]))])
    },
    .request("attributes that nobody knows", .asListed) {
      try $0.request(attributes: [
        DER.sequence(
          DER.identifier("1.2.840.113549.1.9.7"), DER.set(DER.text("[leaf]\nsubjectAltName=DNS:kubernetes"))),
        DER.sequence(DER.identifier("1.3.6.1.4.1.311.2.1.14"), DER.set(DER.element(0x30, DER.names(DER.dns("pi1"))))),
      ])
    },
    .request("a key for RSA", .refused) {
      try $0.plainRequest(key: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"])
    },
    .request("a short key for RSA", .refused) {
      try $0.plainRequest(key: ["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"])
    },
    .request("a key on another curve", .refused) {
      try $0.plainRequest(key: ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"])
    },
    .request("a key on a curve that is written out", .refused) {
      try $0.plainRequest(key: [
        "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-pkeyopt", "ec_param_enc:explicit",
      ])
    },
    .request("a key for Ed25519", .refused) { try $0.plainRequest(key: ["-algorithm", "ED25519"]) },
    .request("somebody else's key", .refused) { attacker in
      try attacker.openssl(
        "x509", "-in", attacker.plane.folder.file("etc/kubernetes/pki/apiserver.pem"), "-noout", "-pubkey", "-out",
        attacker.folder.file("theirs"))
      try attacker.openssl(
        "pkey", "-pubin", "-in", attacker.folder.file("theirs"), "-pubout", "-outform", "DER", "-out",
        attacker.folder.file("theirs.der"))
      return try attacker.request(publicKey: attacker.bytes("theirs.der"))
    },
    .request("a request that is cut off", .refused) { Array(try $0.request().dropLast(20)) },
    .request("no request", .refused) { _ in Array("hello".utf8) },
    .message("a request that nobody signed") { try $0.request() },
    .message("signed by the kubelet's credential") {
      try $0.message(try $0.request(), signer: $0.plane.folder.file(Attacker.kubelet))
    },
    .message("signed by another node") {
      try $0.message(try $0.request(), signer: $0.plane.folder.file("pi3/pki/node.pem"))
    },
    .message("signed by this node and by another") { attacker in
      let other = attacker.plane.folder.file("pi3/pki/node.pem")
      return try attacker.message(try attacker.request(), ["-signer", other, "-inkey", other])
    },
    .message("signed by a node of an authority of the attacker's own") { attacker in
      let own = try CertificateAuthority(commonName: "attacked cluster")
      let credential = try own.issue(
        .init(commonName: "hearth:node:pi2", organization: "hearth:nodes", usages: [.client]))
      let file = try attacker.write("own.pem", Array(credential.combinedPEM.reveal().utf8))
      _ = try attacker.write("own.crt", Array(own.certificatePEM.utf8))
      return try attacker.message(try attacker.request(), signer: file, ["-certfile", attacker.folder.file("own.crt")])
    },
    .message("a signature for a request that is not there") {
      try $0.message(try $0.request(), ["-detached"])
    },
    Crafted(testDescription: "text in place of base64", outcome: .refused) { _ in "$(touch /tmp/x)\n`id`|" },
    Crafted(testDescription: "base64 with line breaks of every kind", outcome: .refused) {
      Data(try $0.message($0.request())).base64EncodedString() + "\n\u{2028}pi3\r\n\"pi3\" \"1\" kubelet-client \"x\""
    },
    Crafted(testDescription: "nothing", outcome: .refused) { _ in "" },
    Crafted(testDescription: "a message of 200 kB", outcome: .refused) {
      Data(try $0.message([UInt8](repeating: 0x30, count: 200_000))).base64EncodedString()
    },
  ]

  @Test(arguments: crafted)
  func aRequestWidensNothing(_ crafted: Crafted) throws {
    let plane = try LivingControlPlane.required()
    let attacker = try Attacker(plane)
    try plane.kubectl(
      "patch", "configmap", "pi2", "-n", "hearth-nodes", "--type=merge", "-p", #"{"data":{"kubelet-client.crt":null}}"#)
    try attacker.handIn(try crafted.value(attacker))
    let output = try plane.sign().output
    let answer = try attacker.place()["kubelet-client.crt"]
    switch crafted.outcome {
    case .refused:
      #expect(answer == nil, "\(output)")
      #expect(!output.contains("\nsigned"), "\(output)")
    case .asListed:
      #expect(output.contains("signed: kubelet-client of pi2"), "\(output)")
      let pem = String(decoding: try #require(Data(base64Encoded: answer ?? "")), as: UTF8.self)
      try expectListed(pem, plane, attacker)
    }
  }

  /// All of a certificate but its serial number, its times, its key and its signature is what hearth itself would sign.
  private func expectListed(_ pem: String, _ plane: LivingControlPlane, _ attacker: Attacker) throws {
    let host = try plane.host(LivingControlPlane.rack.nodes[1])
    let wanted = try #require(host.credentials.first { $0.path.hasSuffix("/kubelet-client.pem") }).request
    #expect(plane.authority.cluster.mismatches(of: pem, with: wanted) == [])
    func text(_ name: String, _ pem: String) throws -> String {
      try attacker.openssl(
        "x509", "-in", try attacker.write(name, Array(pem.utf8)), "-noout", "-text", "-certopt",
        "no_serial,no_validity,no_pubkey,no_sigdump")
    }
    let own = try plane.authority.cluster.issue(wanted).certificatePEM
    #expect(try text("theirs.crt", pem) == text("ours.crt", own))
    // In eight days it has ended.
    #expect(throws: (any Error).self) {
      try attacker.openssl(
        "x509", "-in", attacker.folder.file("theirs.crt"), "-noout", "-checkend", "\(8 * 86_400)")
    }
  }
}
