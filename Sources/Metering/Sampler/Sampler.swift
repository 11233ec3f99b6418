package import Diagnostics
import Foundation
package import Inventory
package import SSH
import Smoke
import Templates
package import Units
import Untrusted

/// The sampler on a control-plane host: it samples while the operator's machine sleeps, and keeps what it has until that
/// collects it.
package struct Sampler: Sendable {
  /// Between two samples.
  package var seconds: Int
  /// How long samples wait to be collected, and how much room they may take.
  package var keepDays: Int
  package var keepKilobytes: Int

  package init(seconds: Int = 300, keepDays: Int = 45, keepKilobytes: Int = 65_536) {
    self.seconds = seconds
    self.keepDays = keepDays
    self.keepKilobytes = keepKilobytes
  }

  private static let folder = "/usr/local/lib/hearth"
  private static let units = "/etc/systemd/system"

  /// Puts it on the host and starts it; over an older one it replaces it.
  package func install(on shell: any RootShell, meters: [MeterDeclaration]) async throws(HearthError) {
    let sample = try SampleProgram.text(meters: meters, on: shell.host)
    let files: [(path: String, text: String, mode: UInt16)] = [
      ("\(Sampler.folder)/sample", sample, 0o644),
      (
        "\(Sampler.folder)/spool-sample",
        try spoolProgram(), 0o755
      ),
      ("\(Sampler.units)/hearth-sampler.service", try Template.text(of: "metering/hearth-sampler.service"), 0o644),
      (
        "\(Sampler.units)/hearth-sampler.timer",
        try Template("metering/hearth-sampler.timer").render(["seconds": seconds]), 0o644
      ),
    ]
    try await run("mkdir -p \(Sampler.folder)", on: shell)
    for file in files {
      try await shell.upload(
        .bytes(Array(file.text.utf8)), to: file.path, mode: file.mode, owner: "root:root", progress: nil)
    }
    try await run(
      "systemctl daemon-reload && systemctl enable hearth-sampler.timer && systemctl restart hearth-sampler.timer "
        + "&& systemctl start hearth-sampler.service", on: shell)
  }

  /// Takes a sample, keeps it, and forgets the oldest.
  package func spoolProgram() throws(HearthError) -> String {
    try Template("metering/spool.sh").render(["keepDays": keepDays, "keepKilobytes": keepKilobytes])
  }

  /// Takes it away; samples that wait stay unless `samples` says so.
  package static func remove(from shell: any RootShell, samples: Bool = false) async throws(HearthError) {
    let names = ["hearth-sampler.timer", "hearth-sampler.service"]
    let files = ["sample", "spool-sample"].map { "\(folder)/\($0)" } + names.map { "\(Sampler.units)/\($0)" }
    try await run(
      """
      systemctl disable --now \(names.shellWords) 2>/dev/null
      rm -f \(files.shellWords)
      \(samples ? "rm -rf /var/lib/hearth/samples" : "")
      systemctl daemon-reload
      """, on: shell)
  }

  /// Brings the samples of a host into the history, oldest first. What is in the history is taken away on the host only
  /// then, so that a cut in the middle loses nothing and counts nothing twice.
  ///
  /// - Returns: how many samples were new.
  package static func collect(
    from shell: any RootShell, into store: UsageStore, meters: [MeterDeclaration], batch: Int = 100,
    doubt: @Sendable (String, Watts) -> String? = { _, _ in nil }
  ) async throws(HearthError) -> Int {
    let program = try Template("metering/collect.sh").render(["count": batch])
    let discard = try Template.text(of: "metering/discard.sh")
    var new = 0
    while true {
      let result = try await shell.run(program, timeout: .seconds(120))
      guard result.status == 0 else { throw failure("collecting samples", result, shell.host) }
      let files = SpoolText.files(result.outputText)
      guard !files.isEmpty else { return new }
      for file in files {
        // What a power cut left of a sample may have no time: there is nothing to keep of it.
        guard var sample = try? SampleText.parse(file.text, meters: meters, host: shell.host) else { continue }
        for (name, reading) in sample.meters {
          guard let why = reading.power.flatMap({ doubt(name, $0) }) else { continue }
          sample.meters[name] = nil
          sample.refused[name] = why
        }
        if try store.record(sample, source: shell.host) { new += 1 }
      }
      let names = files.map(\.name).joined(separator: "\n") + "\n"
      let discarded = try await shell.run(discard, input: Array(names.utf8), timeout: .seconds(60), onOutput: nil)
      guard discarded.status == 0 else { throw failure("taking collected samples away", discarded, shell.host) }
      if files.count < batch { return new }
    }
  }

  /// One sample, taken now.
  package static func sample(
    on shell: any RootShell, meters: [MeterDeclaration]
  ) async throws(HearthError) -> Sample {
    let result = try await shell.run(try SampleProgram.text(meters: meters, on: shell.host), timeout: .seconds(180))
    guard result.status == 0 else { throw failure("taking a sample", result, shell.host) }
    return try SampleText.parse(result.outputText, meters: meters, host: shell.host)
  }

  private static func run(_ program: String, on shell: any RootShell) async throws(HearthError) {
    let result = try await shell.run(program)
    guard result.status == 0 else { throw failure("setting the sampler up", result, shell.host) }
  }

  private func run(_ program: String, on shell: any RootShell) async throws(HearthError) {
    try await Sampler.run(program, on: shell)
  }

  private static func failure(_ what: String, _ result: ExecResult, _ host: String) -> HearthError {
    HearthError(
      .remoteCommand, "\(what) ended with \(result.status)", subject: Subject(host: host),
      output: result.errorText.lastLines(10),
      command: "sudo systemctl status hearth-sampler.timer hearth-sampler.service")
  }
}

/// Reads what `collect.sh` prints.
enum SpoolText {
  static func files(_ text: String) -> [(name: String, text: String)] {
    var files: [(name: String, text: String)] = []
    for line in text.byteLines {
      if line.hasPrefix("=== file ") {
        files.append((String(line.dropFirst(9)), ""))
      } else if !files.isEmpty {
        files[files.count - 1].text += line + "\n"
      }
    }
    return files
  }
}
