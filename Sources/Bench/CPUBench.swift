package import Diagnostics
import Foundation
package import SSH

/// 7-zip's own benchmark, the figure by which boards and cloud machines are compared.
package enum CPUBench {
  package struct Result: Sendable, Equatable, Codable {
    /// Million instructions per second, compression and decompression averaged.
    package var mips: Int
    /// Threads that ran.
    package var threads: Int
    /// As 7-zip names it; nil where it does not.
    package var version: String?

    package init(mips: Int, threads: Int, version: String? = nil) {
      self.mips = mips
      self.threads = threads
      self.version = version
    }
  }

  /// Any of the names under which distributions ship it.
  static let program = """
    for name in 7zz 7z 7za 7zr; do
      if command -v "$name" >/dev/null 2>&1; then exec "$name" b; fi
    done
    exit 127
    """

  /// Takes about a minute, with all cores.
  package static func run(on shell: any RootShell) async throws(HearthError) -> Result {
    let result = try await shell.run(program, timeout: .seconds(900))
    guard result.status != 127 else {
      throw HearthError(
        .remoteCommand, "7-zip is not installed", subject: Subject(host: shell.host),
        hint: "install it for the measurement: sudo apt-get install --no-install-recommends 7zip",
        command: "sudo apt-get install --no-install-recommends 7zip")
    }
    guard result.status == 0 else {
      throw HearthError(
        .remoteCommand, "7-zip's benchmark ended with \(result.status)", subject: Subject(host: shell.host),
        output: result.errorText.split(separator: "\n").suffix(5).map(String.init), command: "7z b")
    }
    return try parse(result.outputText, place: Subject(host: shell.host))
  }

  /// Reads what `7z b` prints: the last number of the line `Tot:` is the total rating.
  ///
  /// - Throws: ``HearthError`` `usage` when there is no such line, or a figure that no machine has.
  package static func parse(_ text: String, place: Subject) throws(HearthError) -> Result {
    let lines = text.split(whereSeparator: \.isNewline)
    let total = lines.last { $0.hasPrefix("Tot:") }?.split(separator: " ").last.flatMap { Int($0) }
    guard let total, (100...10_000_000).contains(total) else {
      throw HearthError(
        .usage, "this is not a whole output of 7-zip's benchmark", subject: place,
        hint: "it ends with a line such as `Tot:  385  4227  16254`; run `7z b` to its end",
        output: lines.suffix(3).map { String($0.prefix(120)) })
    }
    let threads = lines.compactMap { $0.firstMatch(of: /Benchmark threads:\s+([0-9]+)/)?.1 }.first.flatMap { Int($0) }
    let version = lines.compactMap { $0.firstMatch(of: /^7-Zip.*?([0-9]+\.[0-9]+)/)?.1 }.first.map(String.init)
    guard let threads, (1...4096).contains(threads) else {
      throw HearthError(
        .usage, "the output does not say how many threads ran", subject: place,
        hint: "keep the whole output of `7z b`, from its first line")
    }
    return Result(mips: total, threads: threads, version: version)
  }
}
