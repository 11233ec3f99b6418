import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Templates

extension ClusterNode {
  /// Lives as long as the authority and may do one thing: ask for this node's other certificates.
  var nodeCredential: HostCredential {
    HostCredential(
      name: "node", path: "/etc/hearth/pki/node.pem",
      request: .init(
        commonName: "hearth:node:\(name)", organization: "hearth:nodes", usages: [.client], days: 36_500),
      authority: authority.cluster, files: "")
  }

  /// What keeps certificates from ever ending while hearth is away: a unit that makes them anew, at boot before whatever
  /// needs them and every hour. Control-plane hosts sign their own, and approve what workers ask the cluster to sign.
  func renewal() throws(HearthError) -> [Resource] {
    let table = "/etc/hearth/certificates"
    let folder = "/usr/local/lib/hearth"
    let units = "/etc/systemd/system"
    let index = controlPlane.firstIndex { $0.name == name } ?? 0
    let timer = try Template("certificates/hearth-certs.timer").render([
      "minute": String(format: "%02d", index * 10 % 60 + 3), "isControlPlane": isControlPlane,
    ])
    let clock = "hearth-clock.service"
    var all: [Resource] = [
      .file(.init(table, renewalTable)),
      .file(.init("/etc/hearth/api-servers", controlPlane.map { "\($0.address):6443\n" }.joined())),
      .file(
        .init("\(folder)/renew-certificates", try Template.text(of: "certificates/renew-certificates"), mode: 0o755)),
      .file(.init("\(folder)/clock-floor", try Template.text(of: "certificates/clock-floor"), mode: 0o755)),
      .file(.init("\(units)/\(clock)", try Template.text(of: "certificates/\(clock)"))),
      .unit(.init(clock)),
      .file(.init("\(units)/hearth-certs.service", try Template.text(of: "certificates/hearth-certs.service"))),
      .enabled(unit: "hearth-certs.service"),
      .file(.init("\(units)/hearth-certs.timer", timer)),
      .unit(.init("hearth-certs.timer", restartOn: ["\(units)/hearth-certs.timer"])),
    ]
    guard isControlPlane else { return all }
    let approval = "hearth-approve.timer"
    let nodes = rack.nodes.map { "\($0.name) \($0.address)\n" }.joined()
    let program = try Template.text(of: "certificates/approve-certificates")
    all += [
      .file(.init("/etc/hearth/nodes", nodes)),
      .file(.init("\(folder)/approve-certificates", program, mode: 0o755)),
      .file(.init("\(units)/hearth-approve.service", try Template.text(of: "certificates/hearth-approve.service"))),
      .file(.init("\(units)/\(approval)", try Template.text(of: "certificates/\(approval)"))),
      .unit(.init(approval, restartOn: ["\(units)/\(approval)"])),
    ]
    return all
  }

  /// Lines `FILE|AUTHORITY|OWNER|SECONDS|SUBJECT|USAGES|NAMES|UNITS`.
  private var renewalTable: String {
    credentials.map { credential in
      let request = credential.request
      let subject = (request.organization.map { "/O=\($0)" } ?? "") + "/CN=\(request.commonName)"
      let usages = CertificateRequest.Usage.allCases.filter(request.usages.contains)
        .map { $0 == .server ? "serverAuth" : "clientAuth" }
      let names = request.dnsNames.map { "DNS:\($0)" } + request.addresses.map { "IP:\($0)" }
      return [
        credential.path, isControlPlane ? "\(Self.pki)/\(credential.files)" : "csr:\(signer(of: request))",
        credential.owner, String(request.days * 86_400), subject, usages.joined(separator: ","),
        names.joined(separator: ","), credential.units.joined(separator: " "),
      ].joined(separator: "|") + "\n"
    }.joined()
  }

  /// Which of Kubernetes' own signers a worker asks.
  private func signer(of request: CertificateRequest) -> String {
    if request.usages == [.server] { return "kubernetes.io/kubelet-serving" }
    return request.organization == "system:nodes"
      ? "kubernetes.io/kube-apiserver-client-kubelet" : "kubernetes.io/kube-apiserver-client"
  }
}

extension Resource {
  /// A unit that is begun by others, such as a timer, and by boots.
  static func enabled(unit: String) -> Resource {
    .custom(
      .init(
        "at boot \(unit)", probe: "systemctl is-enabled -- \(unit)",
        judge: { _, output in
          let state = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
          return state == "enabled" ? [] : [FieldChange("at boot", from: state.isEmpty ? nil : state, to: "enabled")]
        },
        apply: { () throws(HearthError) in .init("systemctl --quiet enable -- \(unit)") }))
  }
}
