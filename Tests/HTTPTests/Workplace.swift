import Foundation
import HTTP

/// A folder of one test's own.
final class Workplace: Sendable {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "hearth-http-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { "\(path)/\(name)" }
  func read(_ name: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: file(name))) }
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? [] }

  /// Runs a program here; false when its status is not 0.
  func run(_ words: String...) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.currentDirectoryURL = URL(fileURLWithPath: path)
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

extension HTTPOptions {
  /// Impatient, for servers that misbehave on purpose.
  static func quick(attempts: Int = 4) -> HTTPOptions {
    HTTPOptions(
      stall: Stall(bytesPerSecond: 1_000, duration: .seconds(1)),
      retries: RetryPolicy(attempts: attempts, base: .milliseconds(5), ceiling: .milliseconds(50)), proxy: "")
  }
}
