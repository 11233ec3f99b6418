import Diagnostics
import Foundation
import PKI
import TestSupport

@testable import Bootstrap

/// Somebody who is root on the worker `pi2`: has its credentials and writes whatever he likes.
struct Attacker {
  let plane: LivingControlPlane
  let folder: TemporaryFolder

  init(_ plane: LivingControlPlane) throws {
    self.plane = plane
    folder = try TemporaryFolder("hearth-attacker")
  }

  /// Below the folder of the control plane.
  static let node = "pi2/pki/node.pem"
  static let kubelet = "pi2/pki/kubelet-client.pem"
  static let proxy = "pi2/pki/kube-proxy.pem"

  var nodeCredential: String { plane.folder.file(Self.node) }

  @discardableResult
  func openssl(_ arguments: String...) throws -> String { try Command.run(["openssl"] + arguments) }

  func bytes(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))) }

  func write(_ name: String, _ bytes: [UInt8]) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: folder.file(name)))
    return folder.file(name)
  }

  /// A new key.
  func key(_ name: String = "key", _ options: [String] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"])
    throws
    -> String
  {
    try Command.run(["openssl", "genpkey", "-out", folder.file(name)] + options)
    return folder.file(name)
  }

  /// A request of any content, properly signed by a key on P-256.
  ///
  /// - Parameters:
  ///   - publicKey: in DER; nil is that of the key which signs.
  func request(
    _ subject: [[UInt8]] = [DER.organization("system:nodes"), DER.commonName("system:node:pi2")],
    attributes: [[UInt8]] = [], publicKey: [UInt8]? = nil
  ) throws -> [UInt8] {
    let key = try key()
    try openssl("pkey", "-in", key, "-pubout", "-outform", "DER", "-out", folder.file("public"))
    let information = DER.sequence(
      [2, 1, 0], DER.element(0x30, subject.flatMap { $0 }), try publicKey ?? bytes("public"),
      DER.element(0xa0, attributes.flatMap { $0 }))
    let text = try write("information", information)
    try openssl("dgst", "-sha256", "-sign", key, "-out", folder.file("signature"), text)
    return DER.sequence(
      information, DER.sequence(DER.identifier("1.2.840.10045.4.3.2")), DER.bits(try bytes("signature")))
  }

  /// A request by openssl itself, with a key of any kind.
  func plainRequest(key options: [String], _ more: [String] = []) throws -> [UInt8] {
    let key = try key("odd", options)
    try Command.run(
      ["openssl", "req", "-new", "-key", key, "-subj", "/CN=x", "-outform", "DER", "-out", folder.file("plain")] + more)
    return try bytes("plain")
  }

  /// The message that a node hands in.
  func message(_ content: [UInt8], signer: String? = nil, _ more: [String] = []) throws -> [UInt8] {
    let signer = signer ?? nodeCredential
    let file = try write("content", content)
    try Command.run(
      [
        "openssl", "cms", "-sign", "-binary", "-nosmimecap", "-md", "sha256", "-signer", signer, "-inkey", signer,
        "-in",
        file, "-outform", "DER", "-out", folder.file("message"),
      ] + (more.contains("-detached") ? [] : ["-nodetach"]) + more.filter { $0 != "-detached" })
    return try bytes("message")
  }

  /// Hands something in for a slot of a node's place.
  func handIn(_ value: String, slot: String = "kubelet-client", node: String = "pi2", as credential: String = node)
    throws
  {
    let patch = try write("patch.json", Array(try JSONSerialization.data(withJSONObject: ["data": [slot: value]])))
    try Command.run(
      "curl", "--silent", "--fail", "--cacert", plane.folder.file("etc/kubernetes/pki/ca.crt"), "--cert",
      plane.folder.file(credential), "--key", plane.folder.file(credential), "-X", "PATCH", "-H",
      "Content-Type: application/merge-patch+json", "--data-binary", "@\(patch)",
      "https://127.0.0.1:\(plane.port)/api/v1/namespaces/hearth-nodes/configmaps/\(node)")
  }

  /// A file with a Node of any name, or of a name that the API server completes.
  func node(_ name: String, generated: Bool = false) throws -> String {
    let metadata = [generated ? "generateName" : "name": name]
    let node: [String: Any] = ["apiVersion": "v1", "kind": "Node", "metadata": metadata]
    return try write("node.json", Array(try JSONSerialization.data(withJSONObject: node)))
  }

  /// What stands in a node's place.
  func place(_ node: String = "pi2") throws -> [String: String] {
    struct Place: Decodable { var data: [String: String]? }
    let text = try plane.kubectl("get", "configmap", node, "-n", "hearth-nodes", "-o", "json")
    return try JSONDecoder().decode(Place.self, from: Data(text.utf8)).data ?? [:]
  }
}
