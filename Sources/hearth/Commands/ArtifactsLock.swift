import ArgumentParser
import Artifacts
import Bootstrap
import Diagnostics
import HTTP
import Foundation
import HTTP
import Inventory

struct ArtifactsLock: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lock",
    abstract: "Write the checksums that upstream publishes of another Kubernetes version into your lock file.",
    discussion: """
      Reads the checksums of that version's programs, and of what the inventory installs beside it, where no lock file \
      names them yet, and writes them into artifacts.lock.yaml beside the inventory. Two documents must agree: the one \
      beside each file, and the release's list or another server's. Programs are not downloaded, and upstream's \
      signatures (cosign) are not looked at. Examples:

        hearth artifacts lock v1.37.2 --also https://mirror.example/k8s
        hearth artifacts lock v1.36.5 --one-source --arch arm64
      """.flowing)

  @Argument(help: "A Kubernetes version, such as v1.36.5.") var version: String
  @Option(
    name: .long, parsing: .singleValue,
    help: ArgumentHelp("Another server with upstream's paths, which must agree; may be given again.", valueName: "url"))
  var also: [String] = []
  @Flag(name: .long, help: "One document is enough.") var oneSource = false
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only for hosts of these architectures, separated by commas: amd64, arm64.", valueName: "architectures"))
  var arch: String?
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try rackOptions.refuseLimit() }

  private struct Line: Encodable {
    var path: String
    var sha256: String
    var sources: [String]
  }

  private struct Document: Encodable {
    var file: String
    var checksums: [Line]
  }

  func run() async throws {
    guard let version = KubernetesVersion(version), version.isSupported else {
      throw HearthError(
        .usage, "`\(version)` is not a Kubernetes version that hearth installs",
        hint: "write all three numbers, of a release of \(KubernetesVersion.supportedList)")
    }
    var rack = try rackOptions.load()
    rack.cluster.kubernetes = version
    let folder = URL(fileURLWithPath: try rackOptions.path()).deletingLastPathComponent().path
    let library = try SoftwareLibrary(rack: rack, beside: folder, own: .find())
    var programs: [Artifact] = []
    for architecture in try architectures() { programs += library.programs(for: architecture) }
    let found = try await library.store.published(programs, others: also, needed: oneSource ? 1 : 2)
    let file = "\(folder)/\(ArtifactLock.fileName)"
    if !found.isEmpty {
      var lock =
        FileManager.default.fileExists(atPath: file) ? try ArtifactLock(contentsOf: file) : ArtifactLock()
      try lock.extend(by: ArtifactLock(files: found.map(\.entry)), from: file)
      try TextFile.write(try lock.yaml(), to: file)
    }
    var lines: [Line] = []
    for one in found {
      let line = Line(path: one.entry.path, sha256: one.entry.checksum.hex, sources: one.sources)
      lines.append(line)
      if output.output == .text {
        Terminal.writeOutput(
          "\(line.sha256)  \(line.path)  (\(one.sources.count == 1 ? "1 document" : "\(one.sources.count) documents agree"))\n"
        )
      }
    }
    if output.output == .json { return try JSONSink.write(Document(file: file, checksums: lines), as: .checksums) }
    Terminal.writeError(
      found.isEmpty
        ? "every checksum of \(version) is known already\n"
        : "wrote \(found.count) checksums into \(file); next: set `kubernetes: \(version)`, then hearth artifacts fetch\n"
    )
  }

  private func architectures() throws(HearthError) -> [Architecture] {
    guard let arch else { return Architecture.allCases }
    var chosen: [Architecture] = []
    for word in arch.split(separator: ",") {
      guard let architecture = Architecture(rawValue: String(word)) else {
        throw HearthError(
          .usage, "--arch: there is no architecture `\(word)`",
          hint: "use \(Architecture.allCases.map(\.rawValue).joined(separator: " or "))")
      }
      chosen.append(architecture)
    }
    return chosen
  }
}
