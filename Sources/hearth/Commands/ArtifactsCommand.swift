import ArgumentParser
import Artifacts
import Bootstrap
import Diagnostics
import Foundation
import Inventory

struct ArtifactsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "artifacts",
    abstract: "What the rack installs: list it, fetch it beforehand, verify it. No host is touched.",
    discussion: """
      Where files come from and how their checksums are kept is in docs/reference/artifacts.md. Example:

        hearth artifacts fetch --arch arm64 && hearth artifacts verify
      """.flowing,
    subcommands: [ArtifactsList.self, ArtifactsFetch.self, ArtifactsVerify.self, ArtifactsLock.self]
  )
}

/// Which artifacts a command is about.
struct ArtifactOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Only for hosts of these architectures, separated by commas: amd64, arm64. All that are locked otherwise.",
      valueName: "architectures"))
  var arch: String?

  @OptionGroup var rackOptions: RackOptions

  func validate() throws { try rackOptions.refuseLimit() }

  func library() throws -> SoftwareLibrary {
    let path = try rackOptions.path()
    return try SoftwareLibrary(
      rack: try rackOptions.load(), beside: URL(fileURLWithPath: path).deletingLastPathComponent().path, own: .find())
  }

  func artifacts(_ library: SoftwareLibrary) throws(HearthError) -> [Artifact] {
    var chosen = library.lockedArchitectures
    if let arch {
      chosen = []
      for word in arch.split(separator: ",") {
        guard let architecture = Architecture(rawValue: String(word)) else {
          throw HearthError(
            .usage, "--arch: there is no architecture `\(word)`",
            hint: "use \(Architecture.allCases.map(\.rawValue).joined(separator: " or "))")
        }
        chosen.append(architecture)
      }
    }
    // Without any, the first one's error says what is missing.
    if chosen.isEmpty { chosen = Array(Architecture.allCases.prefix(1)) }
    var all: [Artifact] = []
    for architecture in chosen { all += try library.artifacts(for: architecture) }
    if let gap = library.webAssemblyGap(for: Set(chosen)) {
      Terminal.writeError("warning: \(gap.message)\n  next: \(gap.hint ?? "")\n")
    }
    return all
  }
}

struct ArtifactsList: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "list", abstract: "Show name, version, size, state, source and checksum of everything that is needed.")
  @OptionGroup var options: ArtifactOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let library = try options.library()
    try ArtifactReport(output).write(library.store.records(of: options.artifacts(library)))
  }
}

struct ArtifactsFetch: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch", abstract: "Download everything into the cache, or into a folder for a rack without internet.")
  @Option(
    name: .long, help: ArgumentHelp("Also lay it out here as `artifacts: {folder: …}` takes it.", valueName: "folder"),
    completion: .directory)
  var to: String?
  @OptionGroup var options: ArtifactOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let library = try options.library()
    let artifacts = try options.artifacts(library)
    let events = output.quietSink()
    if let to {
      try await library.store.export(artifacts, to: to, events: events)
    } else {
      _ = try await library.store.fetch(artifacts, events: events)
    }
    try ArtifactReport(output).write(library.store.records(of: artifacts))
  }
}

struct ArtifactsVerify: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Read every byte that is here and compare it with the lock file.",
    discussion: "Ends with 1 when something is wrong, missing or not locked.")
  @OptionGroup var options: ArtifactOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let library = try options.library()
    let records = try library.store.records(of: options.artifacts(library), fully: true)
    try ArtifactReport(output).write(records)
    guard records.allSatisfy({ $0.state == .verified }) else { throw ExitStatus.failed }
  }
}
