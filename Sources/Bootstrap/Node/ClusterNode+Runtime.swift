import Diagnostics
import Provision
import Templates

extension ClusterNode {
  /// Brings the images kept on the host into containerd.
  static let importer = "/usr/local/lib/hearth/import-images"

  /// containerd with its whole configuration, and the images that this host keeps.
  func runtime() throws(HearthError) -> [Resource] {
    let config = "/etc/hearth/containerd.toml"
    let replacer = "/usr/local/lib/hearth/replace-containerd-config"
    let unit = "/etc/systemd/system/containerd.service"
    let template = try Template("containerd/config-v\(release.containerdConfigVersion).toml")
    let text = template.render([
      "sandboxImage": software.pause.reference, "cniFolder": release.paths.cni, "runcPath": release.paths.runc,
      "rigidOOMScore": !facts.canLowerOOMScore, "wasmWrapper": webAssemblyBackend == .wrapper,
      "wasmShim": webAssemblyBackend == .shim,
    ])
    let values: [String: Any] = ["path": release.paths.containerd].merging(oomScoreAdjust(-999)) { $1 }
    return [
      .directory(.init("/etc/containerd")),
      .file(.init(config, text)),
      .file(.init(replacer, try Template.text(of: "containerd/replace-config"), mode: 0o755)),
      .file(.init(unit, try Template("containerd/containerd.service").render(values))),
      // Before the unit, so that a new host starts once; a running containerd that does not return gets its old one back.
      .custom(
        .init(
          "containerd configuration", probe: "cmp -s \(config) /etc/containerd/config.toml && echo same",
          judge: { _, output in
            String(decoding: output, as: UTF8.self).hasPrefix("same")
              ? [] : [FieldChange("/etc/containerd/config.toml", from: nil, to: "as in \(config)")]
          },
          apply: { () throws(HearthError) in .init("exec \(replacer)", timeout: .seconds(180)) },
          after: ["file \(config)"])),
      .unit(
        .init(
          "containerd.service",
          restartOn: [release.installMark(of: "containerd") ?? release.paths.containerd, unit])),
    ] + (try images())
  }

  private func images() throws(HearthError) -> [Resource] {
    let table = "/etc/hearth/images"
    let script = Self.importer
    let unit = "/etc/systemd/system/hearth-images.service"
    let images = software.images
    let lines = images.map { image in
      "\(image.reference) \(archivePath(of: image))\(image.module.map { " \($0)" } ?? "")\n"
    }.joined()
    let references = images.map(\.reference)
    return [
      .file(.init(table, lines)),
      .file(.init(script, try Template.text(of: "containerd/import-images"), mode: 0o755)),
      .file(.init(unit, try Template.text(of: "containerd/hearth-images.service"))),
      .unit(.init("hearth-images.service", restartOn: [table, script, unit])),
      .custom(
        .init(
          "images in containerd", probe: "ctr -n k8s.io images ls -q 2>/dev/null",
          judge: { _, output in
            let have = Set(String(decoding: output, as: UTF8.self).split(separator: "\n").map(String.init))
            return references.filter { !have.contains($0) }.map { FieldChange($0, from: nil, to: "imported") }
          },
          apply: { () throws(HearthError) in .init("exec \(script)", timeout: .seconds(300)) })),
    ]
  }
}
