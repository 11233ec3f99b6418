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

  /// What keeps certificates from ever ending while hearth is away: a unit that renews them, at boot before whatever
  /// needs them and every hour. Control-plane hosts sign their own, and for workers what ``signingTable`` says.
  func renewal() throws(HearthError) -> [Resource] {
    let table = "/etc/hearth/certificates"
    let folder = "/usr/local/lib/hearth"
    let units = NodePath.units
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
    let signing = "hearth-sign.timer"
    let program = try Template.text(of: "certificates/sign-certificates")
    all += [
      .file(.init(Self.signingTablePath, signingTable)),
      .file(.init("\(folder)/sign-certificates", program, mode: 0o755)),
      .file(.init("\(units)/hearth-sign.service", try Template.text(of: "certificates/hearth-sign.service"))),
      .file(.init("\(units)/\(signing)", try Template.text(of: "certificates/\(signing)"))),
      .unit(.init(signing, restartOn: ["\(units)/\(signing)"])),
    ]
    return all + Self.formerApproval
  }

  /// What signed for workers in former versions of hearth.
  private static var formerApproval: [Resource] {
    [.unit(.init("hearth-approve.timer", state: .stopped, enabled: false))]
      + [
        "/etc/systemd/system/hearth-approve.timer", "/etc/systemd/system/hearth-approve.service",
        "/usr/local/lib/hearth/approve-certificates", "/etc/hearth/nodes",
      ].map { .absent(path: $0) }
  }

  static let signingTablePath = "/etc/hearth/node-certificates"

  /// What workers may have, as the control plane signs it: lines `NODE|SLOT|SECONDS|SUBJECT|USAGES|NAMES`. Nothing that a
  /// worker says goes into its certificates.
  private var signingTable: String {
    rack.nodes.filter { !$0.roles.contains(.controlPlane) }.flatMap { node in
      // Of a node, only name and address count here.
      ClusterNode(
        rack: rack, node: node, facts: Facts(), release: release, podRanges: podRanges, authority: authority,
        software: software
      ).credentials.map { credential in
        ([node.name, credential.slot] + credential.fields).joined(separator: "|") + "\n"
      }
    }.joined()
  }

  /// Lines `FILE|AUTHORITY|OWNER|SECONDS|SUBJECT|USAGES|NAMES|UNITS`.
  private var renewalTable: String {
    credentials.map { credential in
      let place = [
        credential.path, isControlPlane ? "\(Self.pki)/\(credential.files)" : "cluster", credential.owner,
      ]
      return (place + credential.fields + [credential.units.joined(separator: " ")]).joined(separator: "|") + "\n"
    }.joined()
  }
}

extension HostCredential {
  /// Names it where a worker hands its request in.
  fileprivate var slot: String { String(path.split(separator: "/").last?.dropLast(".pem".count) ?? "") }

  /// `SECONDS`, `SUBJECT`, `USAGES` and `NAMES` as openssl takes them.
  fileprivate var fields: [String] {
    let subject = (request.organization.map { "/O=\($0)" } ?? "") + "/CN=\(request.commonName)"
    let usages = CertificateRequest.Usage.allCases.filter(request.usages.contains)
      .map { $0 == .server ? "serverAuth" : "clientAuth" }
    let names = request.dnsNames.map { "DNS:\($0)" } + request.addresses.map { "IP:\($0)" }
    return [
      String(request.days * 86_400), subject, usages.joined(separator: ","), names.joined(separator: ","),
    ]
  }
}

extension Resource {
  /// A unit that is begun by others, such as a timer, and by boots.
  static func enabled(unit: String) -> Resource {
    .custom(
      .init(
        "at boot \(unit)", probe: "systemctl is-enabled -- \(unit.shellQuoted)",
        judge: { _, output in
          let state = String(decoding: output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
          return state == "enabled" ? [] : [FieldChange(.atBoot, from: state.isEmpty ? nil : state, to: "enabled")]
        },
        apply: { () throws(HearthError) in .init("systemctl --quiet enable -- \(unit.shellQuoted)") }))
  }
}
