import ArgumentParser
import Artifacts
import Bootstrap
import Diagnostics
import Foundation
import Provision

struct ImageLoadCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "Bring an image archive to the nodes and keep it there; nodes that have it are left alone.",
    discussion: """
      WebAssembly is compiled for each node at once, so that its first pod need not wait. Example:

        hearth image load web.tar --limit worker
      """.flowing
  )

  @Argument(help: "An image archive.", completion: .file(extensions: ["tar"]))
  var file: String

  @OptionGroup var consent: ConsentOptions

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func run() async throws {
    let run = try await RackRun.begin("image load", options: rackOptions, access: access, sink: output.sink())
    let status = await run.finish { run in
      let hosts = run.session.survey.facts.filter { run.engine.currentShells[$0.key] != nil }
      let architectures = Set(hosts.values.compactMap(\.architecture)).sorted { $0.rawValue < $1.rawValue }
      var archive = file
      var report = try await ImageArchive(path: archive).inspect(for: architectures)
      let scratch = NSTemporaryDirectory() + "hearth-load-\(getpid()).tar"
      defer { try? FileManager.default.removeItem(atPath: scratch) }
      if report.isArtifact, let reference = report.reference {
        run.events.emit(
          .note(level: .info, host: nil, text: "\(reference) is an OCI artifact; nodes get an image made of it"))
        _ = try await ImageArchive(path: archive).repack(as: reference, to: scratch)
        archive = scratch
        report = try await ImageArchive(path: archive).inspect(for: architectures)
      }
      for finding in report.findings {
        run.events.emit(.note(level: finding.weight == .note ? .info : .warning, host: nil, text: finding.text))
      }
      guard report.isUsable, let reference = report.reference else {
        let failure = report.findings.first { $0.weight == .failure }
        throw HearthError(
          .refused, failure?.text ?? "the image cannot run on these nodes", subject: Subject(file: file),
          hint: failure?.hint, command: "hearth image inspect \(file.shellQuoted)")
      }
      let image = try NodeImage(reference: reference, archive: archive, module: report.modulePath)
      let phase = Phase(
        "images", title: "Bring \(reference) to the nodes",
        resources: Dictionary(uniqueKeysWithValues: hosts.keys.map { ($0, image.resources) }))
      let plan = await run.plan([phase], forChange: true)
      guard plan.changeCount > 0 else { return }
      try Approval(consent, output: output).ask(plan, run)
      try await run.apply(plan)
    }
    guard status == .done else { throw status }
  }
}

extension ImageReport {
  /// Where the module lies in the image, when it is one.
  fileprivate var modulePath: String? {
    guard let variant = variants.first(where: { $0.webAssembly != nil }) else { return nil }
    return variant.program ?? variant.command.first.map { $0.hasPrefix("/") ? $0 : "/\($0)" }
  }
}
