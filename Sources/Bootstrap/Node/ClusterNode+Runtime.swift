import Diagnostics
import Inventory
import Preflight
import Provision
import Templates
import Untrusted

extension ClusterNode {
  /// Brings the images kept on the host into containerd.
  static let importer = "/usr/local/lib/hearth/import-images"

  /// The step that gives containerd its configuration.
  static let runtimeConfiguration = "containerd configuration"

  /// containerd with its whole configuration, and the images that this host keeps.
  func runtime() throws(HearthError) -> [Resource] {
    let config = "/etc/hearth/containerd.toml"
    let replacer = "/usr/local/lib/hearth/replace-containerd-config"
    let unit = "/etc/systemd/system/containerd.service"
    let own = try records(of: .containerd).words
    let values: [String: Any?] = ["path": release.paths.containerd, "oomScoreAdjust": oomScoreAdjust(-999)]
    return [
      .directory(.init("/etc/containerd")),
      .file(try configuration(of: .containerd, at: config, mode: 0o644)),
      .file(.init(replacer, try Template.text(of: "containerd/replace-config"), mode: 0o755)),
      .file(.init(unit, try Template("containerd/containerd.service").render(values))),
      // Before the unit, so that a new host starts once; a running containerd that does not return gets its old one back.
      .custom(
        .init(
          Self.runtimeConfiguration, probe: "cmp -s \(config.shellQuoted) /etc/containerd/config.toml && echo same",
          judge: { _, output in
            String(decoding: output, as: UTF8.self).hasPrefix("same")
              ? [] : [FieldChange(NodePath.containerdConfiguration, from: nil, to: "as in \(config)")]
          },
          apply: { () throws(HearthError) in .init("exec \([replacer, own].shellWords)", timeout: .seconds(180)) },
          after: [Resource.fileID(config)])),
      .unit(
        .init(
          "containerd.service",
          restartOn: [release.installMark(of: "containerd") ?? release.paths.containerd, unit]
            + HostPreparation.containerdExtras(rack, facts))),
    ] + (try images())
  }

  func containerdText() throws(HearthError) -> String {
    let form = ContainerdConfiguration(containerd: release.parts?.containerd ?? facts.packages["containerd"])
    return try Template(form.template).render([
      "format": form.format, "knowsFolders": form.knowsFolders,
      "registries": rack.cluster.registries.isEmpty ? nil : Self.registryFolder,
      "sandboxImage": software.pause.reference, "cniFolder": release.paths.cni, "runcPath": release.paths.runc,
      "rigidOOMScore": !facts.canLowerOOMScore, "wasmWrapper": webAssemblyBackend == .wrapper,
      "wasmShim": webAssemblyBackend == .shim,
    ])
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
    let words = references.map(\.shellQuoted).joined(separator: " ")
    return [
      .file(.init(table, lines)),
      .file(.init(script, try Template.text(of: "containerd/import-images"), mode: 0o755)),
      .file(.init(unit, try Template.text(of: "containerd/hearth-images.service"))),
      .unit(.init("hearth-images.service", restartOn: [table, script, unit])),
      .custom(
        .init(
          "images in containerd", probe: "ctr -n k8s.io images ls -q 2>/dev/null",
          judge: { _, output in
            let have = Set(String(decoding: output, as: UTF8.self).filledLines)
            return references.filter { !have.contains($0) }.map { FieldChange($0, from: nil, to: "imported") }
          },
          // The unit that has just started may have brought them all; modules are compiled again with every import.
          apply: { () throws(HearthError) in
            .init(
              """
              have=$(ctr -n k8s.io images ls -q)
              for reference in \(words); do
                printf '%s\\n' "$have" | grep -qxF -e "$reference" || exec \(script.shellQuoted)
              done
              """, timeout: .seconds(300))
          })),
    ]
  }
}
