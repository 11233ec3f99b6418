package import Diagnostics
import Foundation
package import Inventory
package import Provision
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

  private static let program = "/usr/local/lib/hearth/sample"
  private static let spool = "/usr/local/lib/hearth/spool-sample"
  private static let service = "/etc/systemd/system/hearth-sampler.service"
  private static let timer = "/etc/systemd/system/hearth-sampler.timer"
  private static let timerUnit = "hearth-sampler.timer"

  /// Puts it on the host and starts it; over an older one it replaces it. The timer takes the first sample at once.
  package func phase(on host: String, meters: [MeterDeclaration]) throws(HearthError) -> Phase {
    Phase(
      "sampler", title: "Take samples on \(host)",
      resources: [
        host: [
          .directory(.init((Self.program as NSString).deletingLastPathComponent)),
          .file(.init(Self.program, try SampleProgram.text(meters: meters, on: host))),
          .file(.init(Self.spool, try spoolProgram(), mode: 0o755)),
          .file(.init(Self.service, try Template.text(of: "metering/hearth-sampler.service"))),
          .file(.init(Self.timer, try Template("metering/hearth-sampler.timer").render(["seconds": seconds]))),
          .unit(.init(Self.timerUnit, restartOn: [Self.timer])),
        ]
      ])
  }

  /// Takes it away; samples that wait stay.
  package static func removal(from host: String) -> Phase {
    Phase(
      "sampler", title: "Take no more samples on \(host)",
      resources: [
        host: [.unit(.init(timerUnit, state: .stopped, enabled: false))]
          + [timer, service, spool, program].map { .absent(path: $0) }
      ])
  }

  /// Takes a sample, keeps it, and forgets the oldest.
  package func spoolProgram() throws(HearthError) -> String {
    try Template("metering/spool.sh").render(["keepDays": keepDays, "keepKilobytes": keepKilobytes])
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
