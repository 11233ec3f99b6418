import Diagnostics
import Foundation
import Glibc

/// A real registry, Debian's `docker-registry`, on a free port of the loopback; it ends with this object.
package final class ContainerRegistry: Sendable {
  package enum Access: Sendable {
    case open
    /// Name and password with each request: `me`, `secret words`.
    case password
    /// Tokens of another server, which wants the same name and password.
    case token(realm: String, certificates: String)
  }

  package let folder: TemporaryFolder
  package let port: UInt16
  private let process: ChildProcess

  /// Where `scripts/test` unpacks it.
  private static let program = "\(Folders().cache)/tools/docker-registry/usr/bin/docker-registry"

  /// Why none can be started here, or nil. `scripts/test` fetches it, so a missing one is then a failure.
  package static var missing: String? {
    if ProcessInfo.processInfo.environment["HEARTH_END_TO_END"] == "1" { return nil }
    return FileManager.default.isExecutableFile(atPath: program)
      ? nil : "scripts/unpack-debian bookworm ARCHITECTURE ~/.cache/hearth/tools/docker-registry docker-registry"
  }

  /// - Parameters:
  ///   - address: where it listens.
  ///   - store: a folder of images in place of a new one.
  ///   - certificate: with its key, to answer by TLS.
  ///   - wrapper: a program that starts it, such as `ip netns exec NAME`.
  package init(
    _ access: Access = .open, address: String = "127.0.0.1", port: UInt16? = nil, wrapper: [String] = [],
    store: String? = nil, certificate: (file: String, key: String)? = nil
  ) throws {
    folder = try TemporaryFolder("hearth-registry")
    self.port = try port ?? SSHDaemon.freePort()
    var auth = ""
    switch access {
    case .open: break
    case .password:
      try folder.write("users", "me:$2y$05$A4Y2nea.cV0gevNO18yGNOlP/8nSBatJVDQKCBiklhRrBF8hC/R4m\n")
      auth = "auth: {htpasswd: {realm: test, path: \(folder.file("users"))}}"
    case .token(let realm, let certificates):
      auth = "auth: {token: {realm: '\(realm)', service: test, issuer: tests, rootcertbundle: '\(certificates)'}}"
    }
    let config = try folder.write(
      "config.yml",
      """
      version: 0.1
      log: {level: error, accesslog: {disabled: true}}
      storage: {filesystem: {rootdirectory: \(store ?? folder.file("store"))}}
      http: {addr: '\(address):\(self.port)'\(certificate.map { ", tls: {certificate: \($0.file), key: \($0.key)}" } ?? "")}
      \(auth)

      """)
    process = try ChildProcess(wrapper + [Self.program, "serve", config])
    let scheme = certificate == nil ? "http" : "https"
    for _ in 0..<100 {
      let answer = try? Command.run(
        wrapper + [
          "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "--insecure",
          "\(scheme)://\(address):\(self.port)/v2/",
        ])
      if let answer, ["200", "401"].contains(answer) { return }
      usleep(50_000)
    }
    throw Command.Failure(description: "docker-registry did not start with \(config)")
  }

  deinit {
    process.signal(SIGTERM)
    process.wait()
  }
}
