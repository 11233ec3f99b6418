import Artifacts
package import Diagnostics
import Foundation
import HTTP
package import Provision
import Untrusted

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
    guard Self.isName(reference) else {
      throw HearthError(
        .refused, "the archive gives its image a name that is none: \(reference.debugDescription)",
        subject: Subject(file: archive), hint: "save it under another name",
        command: "hearth image inspect \(archive.shellQuoted)")
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

  private static func isName(_ reference: String) -> Bool {
    reference.wholeMatch(of: /[A-Za-z0-9][A-Za-z0-9._\/:@-]*/) != nil
  }

  private static let listing = "ctr -n k8s.io images ls -q 2>/dev/null"

  private static func isListed(_ reference: String, _ output: [UInt8]) -> Bool {
    String(decoding: output, as: UTF8.self).byteLines.contains { $0 == reference }
  }

  private static func readableName(of reference: String) -> String {
    String(reference.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "_" })
  }

  /// Two references never share a file. The usual form, `host/path:tag`, keeps a readable name; any other ends in its
  /// hash, behind two underscores, which no name of the usual form holds.
  private static func fileName(of reference: String) -> String {
    let readable = readableName(of: reference)
    let isUsual = reference.wholeMatch(of: /[A-Za-z0-9.-]+(\/[A-Za-z0-9.-]+)*:[A-Za-z0-9.-]+/) != nil
    if isUsual, readable.utf8.count <= longestName { return readable }
    return readable.prefix(longestName) + "__" + Checksum.of(reference.utf8).hex.prefix(16)
  }

  /// With the hash and `.tar` below the 255 bytes that file systems take.
  private static let longestName = 200

  /// Where an image's archive lies on every node.
  package static func archivePath(of reference: String) -> String {
    "\(ClusterNode.imageFolder)/\(fileName(of: reference)).tar"
  }

  private static func tablePath(of reference: String) -> String { "/etc/hearth/images.d/\(fileName(of: reference))" }

  /// Takes such an image off a node, unless containers use it: they could not be started again.
  ///
  /// - Throws: `usage` for what is not the name of an image.
  package static func removal(of reference: String) throws(HearthError) -> [Resource] {
    guard isName(reference) else {
      throw HearthError(
        .usage, "\(reference.debugDescription) is not the name of an image",
        hint: "write it as `hearth image load` showed it")
    }
    let (quoted, tablePath) = (reference.shellQuoted, tablePath(of: reference))
    let table = tablePath.shellQuoted
    // What speaks against it, a reason a line.
    let reasons = """
      ! awk '{ print $1 }' /etc/hearth/images | grep -qxF -e \(quoted) || echo "the cluster itself needs it"
      users=$(ctr -n k8s.io containers ls | awk 'NR > 1 { print $2 }' | grep -cxF -e \(quoted) || :)
      [ "$users" = 0 ] || echo "$users containers use it; delete their pods first"
      [ ! -e \(table) ] || awk '{ print $1 }' \(table) | grep -qxF -e \(quoted) ||
        echo "its file belongs to another image: $(cut -d ' ' -f 1 \(table))"
      """
    return [
      .custom(
        .init(
          "image \(reference) unused", probe: "{ \(reasons)\n} 2>/dev/null; :",
          judge: { _, output in
            String(decoding: output, as: UTF8.self).filledLines.map {
              FieldChange("use", from: $0, to: "none")
            }
          }, apply: { () throws(HearthError) in .init("{ \(reasons)\n} >&2; exit 1", timeout: .seconds(60)) })),
      .custom(
        .init(
          "image \(reference) removed", probe: listing,
          judge: { _, output in isListed(reference, output) ? [FieldChange(reference, from: "there", to: nil)] : [] },
          apply: { () throws(HearthError) in .init("exec ctr -n k8s.io images rm \(quoted)", timeout: .seconds(60)) })),
      .absent(path: tablePath), .absent(path: archivePath(of: reference)),
    ]
  }

  /// Where the engine and the wrapper lie on every node.
  package static func engineFolder(version: String) -> String { ClusterNode.engineFolder(version) }
  package static var wrapper: String { ClusterNode.wrapper }

  package var resources: [Resource] {
    let archive = Self.archivePath(of: reference)
    let reference = reference
    return [
      .directory(.init(ClusterNode.imageFolder)),
      .directory(.init("/etc/hearth/images.d")),
      .delivery(.init(archive, file, mode: 0o644)),
      .file(.init(Self.tablePath(of: reference), "\(reference) \(archive)\(module.map { " \($0)" } ?? "")\n")),
      .custom(
        .init(
          "image \(reference)", probe: Self.listing,
          judge: { _, output in
            Self.isListed(reference, output) ? [] : [FieldChange(reference, from: nil, to: "imported")]
          },
          apply: { () throws(HearthError) in
            // Another content under the same name replaces what containerd has.
            .init("exec \([ClusterNode.importer, reference].shellWords)", timeout: .seconds(300))
          }, after: [Resource.fileID(archive)])),
    ] + former
  }

  /// Earlier versions gave a reference of an unusual form the same file as one of the usual form: what they left would be
  /// imported in place of this.
  private var former: [Resource] {
    let name = Self.readableName(of: reference)
    guard name != Self.fileName(of: reference), name.utf8.count <= Self.longestName else { return [] }
    let table = "/etc/hearth/images.d/\(name)"
    let files = [table, "\(ClusterNode.imageFolder)/\(name).tar"]
    let reference = reference
    return [
      .custom(
        .init(
          "image \(reference) listed once", probe: "cut -d ' ' -f 1 \(table.shellQuoted) 2>/dev/null; :",
          judge: { _, output in
            String(decoding: output, as: UTF8.self).filledLines == [reference]
              ? [FieldChange("table", from: table, to: nil)] : []
          }, apply: { () throws(HearthError) in .init("exec rm -f -- \(files.shellWords)", timeout: .seconds(60)) }))
    ]
  }
}
