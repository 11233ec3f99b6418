import ArgumentParser
import Bench
import Diagnostics
import Foundation
import Inventory
import Provision
import SSH
import Units

struct BenchCPUCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cpu",
    abstract: "Measure how fast nodes or cloud machines are: the figure by which `hearth cost` compares them.",
    discussion: """
      Runs 7-zip's benchmark on one node after the other and prints the line for the inventory. For a machine of a cloud, run
      `7z b` there and hand over what it printed; the file that is written belongs under cost.prices. Examples:

        hearth bench cpu --limit pi3
        ssh cx33 7z b | hearth bench cpu --from - --instance hetzner/cx33 --write cx33.yaml
      """.flowing)

  @Option(help: ArgumentHelp("Read the output of `7z b` from a file, or - for standard input.", valueName: "file"))
  var from: String?
  @Option(help: ArgumentHelp("With --from: which machine it is.", valueName: "provider/name")) var instance: String?
  @Option(
    help: ArgumentHelp("With --from: write a price file with the figure.", valueName: "file"), completion: .file())
  var write: String?
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    if from == nil, instance != nil || write != nil { throw ValidationError("--instance and --write belong to --from") }
    if from != nil, output.output == .json { throw ValidationError("--from prints a file for hearth, and has no JSON") }
    if write != nil, instance == nil { throw ValidationError("--write needs --instance PROVIDER/NAME") }
  }

  private struct Line: Encodable {
    var host: String
    var mips: Int
    var threads: Int
  }

  func run() async throws {
    if let from { return try taken(from) }
    let rack = try rackOptions.load()
    let hosts = try rackOptions.hosts(of: rack)
    let session = try await RackSession.open(rack, hosts: hosts, access: access, facts: false)
    defer { _ = session }
    var lines: [Line] = []
    var failures = session.survey.errors(in: rack)
    for node in rack.nodes where hosts.contains(node.name) {
      guard let shell = session.survey.fleet.shells[node.name] else { continue }
      do throws(HearthError) {
        let result = try await CPUBench.run(on: shell)
        if output.output == .json {
          lines.append(Line(host: node.name, mips: result.mips, threads: result.threads))
        } else {
          Terminal.writeOutput(
            "\(node.name): \(result.mips) MIPS with \(result.threads) threads; in the inventory: "
              + "benchmark: \(result.mips)\n")
        }
      } catch {
        failures.append(error)
      }
    }
    await session.survey.fleet.close()
    if output.output == .json { try JSONSink.write(["hosts": lines], as: .cpu) }
    if !failures.isEmpty { throw HearthErrors(failures) }
  }

  /// A figure of a machine that is not a node.
  private func taken(_ path: String) throws {
    let text =
      path == "-"
      ? String(decoding: FileHandle.standardInput.readDataToEndOfFile().prefix(1 << 20), as: UTF8.self)
      : try TextFile.read(path)
    let result = try CPUBench.parse(text, place: Subject(file: path == "-" ? "standard input" : path))
    guard let instance else {
      return Terminal.writeOutput("\(result.mips) MIPS with \(result.threads) threads\n")
    }
    guard instance.wholeMatch(of: /[a-z0-9-]{1,32}\/[A-Za-z0-9 ._-]{1,80}/) != nil else {
      throw HearthError(.usage, "--instance: `\(instance)` is not PROVIDER/NAME", hint: "write it as in hetzner/cx33")
    }
    let today = Day(unixSeconds: Int(Date().timeIntervalSince1970))
    let id = String(
      ("own-" + instance.lowercased().map { $0.isLetter && $0.isASCII || $0.isNumber ? String($0) : "-" }.joined())
        .prefix(30))
    let yaml = """
      # 7-zip's benchmark of one machine, measured with `7z b`. Name this file under cost.prices of the inventory.
      families:
        - {id: \(id.trimmingCharacters(in: CharacterSet(charactersIn: "-"))), name: "\(instance), measured", measuredOn: "\(instance)", \
      vcpus: \(result.threads), mips: \(result.mips), holdsFor: ["\(instance)"], source: own measurement, date: \(today), confidence: own}

      """
    if let write {
      try TextFile.write(yaml, to: write)
      Terminal.writeError("wrote \(write): \(result.mips) MIPS with \(result.threads) threads\n")
    } else {
      Terminal.writeOutput(yaml)
    }
  }
}
