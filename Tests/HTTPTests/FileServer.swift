import Foundation

/// `Fixtures/server.py`, which ends with this object, or with the test process if that dies first.
final class FileServer: Sendable {
  /// `http://127.0.0.1:PORT`
  let url: String
  private let process: Process
  private let input: Pipe

  struct Failed: Error, CustomStringConvertible {
    let description: String
  }

  /// - Parameters:
  ///   - tls: certificate and key, PEM files.
  ///   - wrapper: a program that starts the server, such as `ip netns exec NAME`.
  init(tls: (certificate: String, key: String)? = nil, wrapper: [String] = []) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/server.py").path
    process = Process()
    input = Pipe()
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = wrapper + ["python3", script] + (tls.map { ["--tls", $0.certificate, $0.key] } ?? [])
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let bytes = output.fileHandleForReading.availableData
      guard !bytes.isEmpty else { throw Failed(description: "python3 \(script) did not start: is python3 installed?") }
      line += bytes
    }
    guard let port = Int(String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw Failed(description: "no port from \(script)")
    }
    url = (tls == nil ? "http" : "https") + "://127.0.0.1:\(port)"
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// The bytes that `/plain?bytes=COUNT` serves.
  static func content(_ count: Int, seed: Int = 0) -> Data {
    let block = Data((0..<65_536).map { UInt8(truncatingIfNeeded: $0 * 7 + ($0 >> 8) + seed) })
    var bytes = Data(capacity: count + block.count)
    while bytes.count < count { bytes += block }
    return bytes.prefix(count)
  }
}
