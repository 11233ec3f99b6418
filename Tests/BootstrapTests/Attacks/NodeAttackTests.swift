import Foundation
import Inventory
import PKI
import TestSupport
import Testing

@testable import Bootstrap

/// What somebody who is root on a worker can do with all that lies there, tried on a real etcd, API server and controller
/// manager.
@Suite(
  .serialized, .onLivingControlPlane,
  .enabled(if: ControlPlaneDaemons.missing == nil, "\(ControlPlaneDaemons.missing ?? "")"))
struct Attacks {
  /// A request to Kubernetes itself.
  struct Asking: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var name: String
    var signer = "kubernetes.io/kube-apiserver-client"
    var subject: [[UInt8]] = [DER.organization("hearth:admins"), DER.commonName("evil")]
    var attributes: [[UInt8]] = []
    var usages = ["digital signature", "key encipherment", "client auth"]
    var more = ""
  }

  static let asking: [Asking] = [
    Asking(testDescription: "the group of administrators", name: "hearth-evil"),
    Asking(testDescription: "a name with a line break", name: "x\nhearth-evil2"),
    Asking(testDescription: "a name with separators and a line break", name: "x|hearth:node:pi1|y\nhearth-evil3|z"),
    Asking(testDescription: "a name with a Unicode line break", name: "x\u{2028}hearth-pi1-kubelet-client"),
    Asking(testDescription: "a name that hearth would give", name: "hearth-pi1-kubelet-client-0123456789ab"),
    Asking(
      testDescription: "the API server's names", name: "hearth-pi2-kubelet-server-0",
      signer: "kubernetes.io/kubelet-serving",
      subject: [DER.organization("system:nodes"), DER.commonName("system:node:pi2")], attributes: [lie, wanted],
      usages: ["digital signature", "key encipherment", "server auth"]),
    Asking(
      testDescription: "another node's client certificate", name: "hearth-pi1",
      signer: "kubernetes.io/kube-apiserver-client-kubelet",
      subject: [DER.organization("system:nodes"), DER.commonName("system:node:pi1")]),
    Asking(
      testDescription: "the former signer for everything", name: "hearth-legacy", signer: "kubernetes.io/legacy-unknown"
    ),
    Asking(
      testDescription: "another user's name in the object", name: "hearth-user",
      more: #","username":"hearth:pi1","groups":["system:masters"]"#),
  ]

  @Test(arguments: asking)
  func noSignerOfKubernetesAnswersANode(_ asking: Asking) throws {
    let plane = try LivingControlPlane.required()
    let attacker = try Attacker(plane)
    let pem =
      "-----BEGIN CERTIFICATE REQUEST-----\n"
      + Data(try attacker.request(asking.subject, attributes: asking.attributes)).base64EncodedString(
        options: [.lineLength64Characters, .endLineWithLineFeed]) + "\n-----END CERTIFICATE REQUEST-----\n"
    func quoted(_ value: some Encodable) throws -> String {
      String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }
    let file = try attacker.write(
      "asking.json",
      Array(
        """
        {"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":\(quoted(asking.name))},\
        "spec":{"signerName":"\(asking.signer)","usages":\(quoted(asking.usages)),\
        "request":"\(Data(pem.utf8).base64EncodedString())"\(asking.more)}}
        """.utf8))
    // A node's own credential may not even ask; the kubelet's may, by Kubernetes' own rules.
    #expect(!plane.isAllowed(as: Attacker.node, "create", "-f", file))
    _ = plane.isAllowed(as: Attacker.kubelet, "create", "-f", file)
    #expect(!plane.isAllowed(as: Attacker.kubelet, "certificate", "approve", "hearth-evil"))
    #expect(!plane.isAllowed(as: Attacker.node, "certificate", "approve", "hearth-evil"))
    try plane.sign()
    let answered = try plane.kubectl(
      "get", "certificatesigningrequests", "-o",
      "go-template={{range .items}}{{if or .status.conditions .status.certificate}}x{{end}}{{end}}")
    #expect(answered == "")
  }

  @Test("even what an administrator approves by mistake is signed by nobody")
  func approvedByMistake() throws {
    let plane = try LivingControlPlane.required()
    let attacker = try Attacker(plane)
    try attacker.openssl(
      "req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", "/O=hearth:admins/CN=evil", "-keyout",
      attacker.folder.file("k"), "-out", attacker.folder.file("r"))
    let request = Data(try attacker.bytes("r")).base64EncodedString()
    let file = try attacker.write(
      "asking.json",
      Array(
        """
        {"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"mistake"},\
        "spec":{"signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"],"request":"\(request)"}}
        """.utf8))
    let asker = plane.hasAdmissionPolicies ? LivingControlPlane.admin : Attacker.kubelet
    try plane.kubectl(as: asker, "create", "-f", file)
    try plane.kubectl("certificate", "approve", "mistake")
    // The controller manager works: it fills a namespace that is made now.
    try plane.kubectl("create", "namespace", "filled")
    var isFilled = false
    for _ in 0..<200 where !isFilled {
      isFilled = plane.isAllowed(as: "etc/kubernetes/pki/admin.pem", "get", "serviceaccount", "default", "-n", "filled")
      usleep(50_000)
    }
    #expect(isFilled)
    #expect(try plane.kubectl("get", "csr", "mistake", "-o", "jsonpath={.status.certificate}") == "")
  }

  /// Credential, and what is tried with it.
  static let deeds: [(credential: String, words: [String])] = [
    (Attacker.node, ["patch", "configmap", "pi3", "-n", "hearth-nodes", "--type=merge", "-p", #"{"data":{"a":"b"}}"#]),
    (Attacker.node, ["get", "configmap", "pi3", "-n", "hearth-nodes"]),
    (Attacker.node, ["get", "configmaps", "-n", "hearth-nodes"]),
    (Attacker.node, ["create", "configmap", "pi2-more", "-n", "hearth-nodes"]),
    (Attacker.node, ["delete", "configmap", "pi2", "-n", "hearth-nodes"]),
    (Attacker.node, ["get", "certificatesigningrequests"]),
    (Attacker.node, ["get", "secrets", "-A"]),
    (Attacker.node, ["get", "nodes"]),
    (Attacker.kubelet, ["get", "configmap", "pi2", "-n", "hearth-nodes"]),
    (
      Attacker.kubelet,
      ["patch", "configmap", "pi3", "-n", "hearth-nodes", "--type=merge", "-p", #"{"data":{"a":"b"}}"#]
    ),
    (Attacker.kubelet, ["get", "secrets", "-A"]),
    (Attacker.proxy, ["get", "configmaps", "-n", "hearth-nodes"]),
    (Attacker.proxy, ["get", "secrets", "-A"]),
    ("pi2/pki/api-check.pem", ["get", "services", "-A"]),
  ]

  @Test(arguments: deeds)
  func aWorkersCredentialsOpenNothingElse(_ deed: (credential: String, words: [String])) throws {
    let plane = try LivingControlPlane.required()
    #expect((try? plane.kubectl(as: deed.credential, deed.words)) == nil)
    #expect(plane.isAllowed(as: Attacker.node, "get", "configmap", "pi2", "-n", "hearth-nodes"))
    #expect(plane.isAllowed(as: Attacker.proxy, "get", "services", "-A"))
  }

  @Test("a kubelet registers the Node of its own name, and no other")
  func registration() throws {
    let plane = try LivingControlPlane.required()
    let attacker = try Attacker(plane)
    func isAllowed(_ name: String, generated: Bool = false) throws -> Bool {
      plane.isAllowed(
        as: Attacker.kubelet, "create", "--dry-run=server", "-f", try attacker.node(name, generated: generated))
    }
    #expect(try isAllowed("pi2"))
    for other in ["pi1", "pi3", "pi9", "PI2", "pi2.", "pi2\n", "pi2' || true || '"] {
      #expect(!(try isAllowed(other)), "\(other)")
    }
    #expect(!(try isAllowed("pi2", generated: true)))
  }

  @Test(
    "what is handed in for a slot that no node has stays where it is", arguments: ["admin", "apiserver", "ca", "x.crt"])
  func unknownSlots(slot: String) throws {
    let plane = try LivingControlPlane.required()
    let attacker = try Attacker(plane)
    try attacker.handIn(Data(try attacker.message(try attacker.request())).base64EncodedString(), slot: slot)
    let before = try attacker.place()
    #expect(!(try plane.sign().output.contains(slot)))
    #expect(try attacker.place() == before)
  }

  @Test("a message of one node in another's place opens nothing, whoever brought it there")
  func brought() throws {
    let plane = try LivingControlPlane.required()
    let attacker = try Attacker(plane)
    let value = Data(try attacker.message(try attacker.request())).base64EncodedString()
    // Some program with the right to change any ConfigMap.
    try attacker.handIn(value, node: "pi3", as: "etc/kubernetes/pki/admin.pem")
    #expect(try plane.sign().output.contains("not signed: kubelet-client of pi3"))
    #expect(try attacker.place("pi3")["kubelet-client.crt"] == nil)
  }

  @Test("certificates are renewed by the nodes' own program while another node floods whatever it may")
  func renewalInAFlood() throws {
    let plane = try LivingControlPlane.required()
    let attacker = try Attacker(plane)
    let request = Data(
      ("-----BEGIN CERTIFICATE REQUEST-----\n"
        + Data(try attacker.request()).base64EncodedString(
          options: [.lineLength64Characters, .endLineWithLineFeed]) + "\n-----END CERTIFICATE REQUEST-----\n").utf8
    )
    .base64EncodedString()
    let many = (0..<200).map {
      #"{"apiVersion":"certificates.k8s.io/v1","kind":"CertificateSigningRequest","metadata":{"name":"hearth-pi3-\#($0)"},"#
        + #""spec":{"signerName":"kubernetes.io/kube-apiserver-client","usages":["client auth"],"request":"\#(request)"}}"#
    }
    let flood = try attacker.write(
      "flood.json", Array((#"{"apiVersion":"v1","kind":"List","items":["# + many.joined(separator: ",") + "]}").utf8))
    if plane.hasAdmissionPolicies {
      #expect(plane.isSoonRefused(as: Attacker.kubelet, ["create", "--dry-run=server", "-f", flood]))
    } else {
      try plane.kubectl(as: Attacker.kubelet, "create", "-f", flood)
    }
    // Its own place, full to the brim: 4 slots of garbage, and 1500 more.
    let garbage = String(repeating: "A", count: 8000)
    for slot in ["kubelet-client", "kubelet-server", "kube-proxy", "api-check"] {
      try attacker.handIn(garbage, slot: slot)
    }
    for round in 0..<9 {
      let data = Dictionary(
        uniqueKeysWithValues: (0..<160).map { ("x\(round).\($0)", String(repeating: "A", count: 600)) })
      let patch = String(decoding: try JSONEncoder().encode(["data": data]), as: UTF8.self)
      try plane.kubectl(
        as: Attacker.node, "patch", "configmap", "pi2", "-n", "hearth-nodes", "--type=merge", "-p", patch)
    }
    let node = LivingControlPlane.rack.nodes[2]
    let host = try plane.host(node)
    func files() throws -> [String] {
      try host.credentials.map { try plane.folder.read("pi3/pki/" + ($0.path.split(separator: "/").last ?? "")) }
    }
    let before = try files()
    let renewal = try plane.renew(node)
    var rounds = 0
    while renewal.isRunning, rounds < 60 {
      try plane.sign()
      rounds += 1
    }
    #expect(renewal.wait() == 0)
    #expect(rounds <= 12, "one round may come too early; no round is lost to the flood")
    for (credential, (old, new)) in zip(host.credentials, zip(before, try files())) {
      #expect(old != new, "\(credential.name)")
      let certificate = new.components(separatedBy: "-----BEGIN PRIVATE KEY").first ?? ""
      #expect(plane.authority.cluster.mismatches(of: certificate, with: credential.request) == [], "\(credential.name)")
    }
    // And they count.
    #expect(plane.isAllowed(as: "pi3/pki/kubelet-client.pem", "get", "services", "-A"))
    #expect(plane.isAllowed(as: "pi3/pki/kube-proxy.pem", "get", "services", "-A"))
    try plane.kubectl("delete", "csr", "--all")
    try plane.kubectl(
      "patch", "configmap", "pi2", "-n", "hearth-nodes", "--type=json", "-p", #"[{"op":"remove","path":"/data"}]"#)
  }

  @Test("a node whose line is gone gets nothing from the next round on, and what it had opens nothing")
  func removedNode() throws {
    let plane = try LivingControlPlane.required()
    let attacker = try Attacker(plane)
    let own = "pi5/pki/node.pem"
    let message = Data(
      try attacker.message(try attacker.request(), signer: plane.folder.file(own))
    ).base64EncodedString()
    try attacker.handIn(message, node: "pi5", as: own)
    // What would keep an object from going.
    try plane.kubectl(
      as: own, "patch", "configmap", "pi5", "-n", "hearth-nodes", "--type=merge", "-p",
      #"{"metadata":{"finalizers":["example.org/stay"]}}"#)
    #expect(plane.isAllowed(as: "pi5/pki/kube-proxy.pem", "get", "services", "-A"))
    // Whoever has the host keeps the kubelet's certificate until it ends.
    let comeBack = ["create", "--dry-run=server", "-f", try attacker.node("pi5")]
    #expect(plane.isAllowed(as: "pi5/pki/kubelet-client.pem", comeBack))
    var rest = LivingControlPlane.rack
    rest.nodes.removeLast()
    try plane.applyAccess(rest)
    #expect(!plane.hasAdmissionPolicies || plane.isSoonRefused(as: "pi5/pki/kubelet-client.pem", comeBack))
    let output = try plane.sign(rest).output
    #expect(output.contains("removed the place of pi5"))
    #expect(!output.contains("signed: "))
    #expect(!plane.isAllowed(as: own, "get", "configmap", "pi5", "-n", "hearth-nodes"))
    #expect((try? attacker.handIn(message, node: "pi5", as: own)) == nil)
    #expect(!plane.isAllowed(as: "pi5/pki/kube-proxy.pem", "get", "services", "-A"))
    // The others keep theirs.
    #expect(plane.isAllowed(as: Attacker.node, "get", "configmap", "pi2", "-n", "hearth-nodes"))
    #expect(plane.isAllowed(as: Attacker.proxy, "get", "services", "-A"))
    // What is left of it holds no certificate that was made since.
    #expect(try attacker.place("pi5")["kubelet-client.crt"] == nil)
  }

  @Test("Secrets are read with a trace, also by nodes and the cluster's own accounts")
  func audit() throws {
    let plane = try LivingControlPlane.required()
    _ = plane.isAllowed(as: Attacker.kubelet, "get", "secret", "looked-for", "-n", "default")
    _ = plane.isAllowed(
      as: "etc/kubernetes/pki/admin.pem", "get", "secret", "by-an-account", "-n", "default", "--as",
      "system:serviceaccount:kube-system:some", "--as-group", "system:serviceaccounts:kube-system")
    let log = try plane.folder.read("log/audit.log")
    #expect(log.contains(#""name":"looked-for""#))
    #expect(log.contains(#""name":"by-an-account""#))
  }
}
