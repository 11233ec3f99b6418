import Diagnostics
import Foundation
import Inventory
import Provision
import Templates
import Untrusted

/// Registries of images: containerd asks mirrors first and trusts their authorities, by files that all its versions since 1.5
/// read at each pull; kubelets hand logins to it.
extension ClusterNode {
  static let registryList = "/etc/hearth/registries"
  static let registryFolder = "/etc/containerd/certs.d"
  static let registryLogins = "/var/lib/kubelet/config.json"

  private var registryLines: [String] {
    rack.cluster.registries.map { $0.login == nil ? $0.name : "\($0.name) login" }
  }

  /// Kubelets keep what they read for minutes, so one restarts for new logins.
  var hasRegistryLogins: Bool { rack.cluster.registries.contains { $0.login != nil } }

  func registries() throws(HearthError) -> [Resource] {
    let wanted = rack.cluster.registries
    guard !wanted.isEmpty || facts.existingPaths.contains(Self.registryList) else { return [] }
    var all: [Resource] = wanted.isEmpty ? [] : [.directory(.init(Self.registryFolder))]
    for registry in wanted {
      let folder = "\(Self.registryFolder)/\(registry.name)"
      let authority = registryAuthorities[registry.name].map { _ in "\(folder)/ca.crt" }
      let text = try Template("containerd/hosts.toml").render([
        "server": registry.server, "authority": authority,
        "mirrors": registry.mirrors.map { ["url": $0, "authority": authority] as [String: Any?] },
      ])
      all += [.directory(.init(folder)), .file(.init("\(folder)/hosts.toml", text))]
      if let authority, let certificate = registryAuthorities[registry.name] {
        all.append(.file(.init(authority, certificate)))
      }
    }
    if hasRegistryLogins {
      all.append(.file(.init(Self.registryLogins, loginText(wanted), mode: 0o600, sensitive: true)))
    }
    return all + [try registryRecord()]
  }

  /// In the form of docker's own configuration file.
  private func loginText(_ registries: [Registry]) -> String {
    var logins: [String: JSONValue] = [:]
    for registry in registries {
      guard let login = registry.login else { continue }
      let words = Data("\(login.user):\(login.password.reveal())".utf8).base64EncodedString()
      logins[registry.name == "docker.io" ? "https://index.docker.io/v1/" : registry.name] = ["auth": .string(words)]
    }
    return JSONValue.object(["auths": .object(logins)]).text
  }

  private func registryRecord() throws(HearthError) -> Resource {
    let (lines, list) = (registryLines, Self.registryList)
    let program = try Template("containerd/registries").render([
      "names": rack.cluster.registries.map(\.name), "hasLogins": hasRegistryLogins ? "yes" : "no",
    ])
    return .custom(
      .init(
        "registries", probe: "cat \(list.shellQuoted) 2>/dev/null",
        judge: { _, output in
          let have = String(decoding: output, as: UTF8.self).filledLines
          return lines.filter { !have.contains($0) }.map { FieldChange("registry", from: nil, to: $0) }
            + have.filter { !lines.contains($0) }.map { FieldChange("registry", from: $0.visibleLine, to: nil) }
        },
        apply: { () throws(HearthError) in
          .init(program, files: ["registries": Array(lines.map { $0 + "\n" }.joined().utf8)])
        }))
  }
}
