import Artifacts
package import Diagnostics
import Foundation
import HTTP
package import Provision

/// An image that a person brings to the nodes: kept on their disks and imported again should containerd lose it, as the
/// images are that the cluster itself needs.
package struct NodeImage: Sendable {
  package let reference: String
  let file: LocalFile
  let module: String?

  /// - Parameter module: absolute path in the image of the WebAssembly that it runs.
  /// - Throws: `refused` for names that an archive made up to be more than names: they stand in tables and commands of every
  ///   node.
  package init(reference: String, archive: String, module: String?) throws(HearthError) {
    guard reference.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\/:@-]*/) != nil else {
      throw HearthError(
        .refused, "the archive gives its image a name that is none: \(reference.debugDescription)",
        subject: Subject(file: archive), hint: "save it under another name",
        command: "hearth image inspect '\(archive)'")
    }
    if let module,
      module.wholeMatch(of: /(\/[A-Za-z0-9._+@=,:~-]+)+/) == nil || module.split(separator: "/").contains("..")
    {
      throw HearthError(
        .refused, "the module lies at \(module.debugDescription) in the image", subject: Subject(file: archive),
        hint: "its path may hold letters, digits and ._+@=,:~- only")
    }
    let checksum = try Checksum.of(file: archive)
    let bytes = (try? FileManager.default.attributesOfItem(atPath: archive)[.size] as? Int) ?? 0
    self.reference = reference
    file = LocalFile(path: archive, sha256: checksum.hex, bytes: bytes)
    self.module = module
  }

  private static func fileName(of reference: String) -> String {
    String(reference.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "_" })
  }

  /// Where an image's archive lies on every node.
  package static func archivePath(of reference: String) -> String {
    "\(ClusterNode.imageFolder)/\(fileName(of: reference)).tar"
  }

  /// Where the engine and the wrapper lie on every node.
  package static func engineFolder(version: String) -> String { ClusterNode.engineFolder(version) }
  package static var wrapper: String { ClusterNode.wrapper }

  package var resources: [Resource] {
    let name = Self.fileName(of: reference)
    let archive = Self.archivePath(of: reference)
    let line = "/etc/hearth/images.d/\(name)"
    let reference = reference
    return [
      .directory(.init(ClusterNode.imageFolder)),
      .directory(.init("/etc/hearth/images.d")),
      .delivery(.init(archive, file, mode: 0o644)),
      .file(.init(line, "\(reference) \(archive)\(module.map { " \($0)" } ?? "")\n")),
      .custom(
        .init(
          "image \(reference)", probe: "ctr -n k8s.io images ls -q 2>/dev/null",
          judge: { _, output in
            let have = String(decoding: output, as: UTF8.self).split(separator: "\n")
            return have.contains { $0 == reference } ? [] : [FieldChange(reference, from: nil, to: "imported")]
          },
          apply: { () throws(HearthError) in
            // Another content under the same name replaces what containerd has.
            .init("exec \(ClusterNode.importer) \(reference.shellQuoted)", timeout: .seconds(300))
          }, after: ["file \(archive)"])),
    ]
  }
}
