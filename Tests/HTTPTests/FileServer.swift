import Foundation
import TestSupport

/// `Fixtures/server.py`.
final class FileServer: Sendable {
  /// `http://127.0.0.1:PORT`
  let url: String
  private let server: ScriptServer

  /// - Parameters:
  ///   - tls: certificate and key, PEM files.
  ///   - wrapper: a program that starts the server, such as `ip netns exec NAME`.
  init(tls: (certificate: String, key: String)? = nil, wrapper: [String] = []) throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/server.py").path
    server = try ScriptServer(script, tls.map { ["--tls", $0.certificate, $0.key] } ?? [], wrapper: wrapper)
    url = (tls == nil ? "http" : "https") + "://127.0.0.1:\(server.greeting)"
  }

  /// The bytes that `/plain?bytes=COUNT` serves.
  static func content(_ count: Int, seed: Int = 0) -> Data {
    let block = Data((0..<65_536).map { UInt8(truncatingIfNeeded: $0 * 7 + ($0 >> 8) + seed) })
    var bytes = Data(capacity: count + block.count)
    while bytes.count < count { bytes += block }
    return bytes.prefix(count)
  }
}
