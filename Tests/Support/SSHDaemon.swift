import CLibSSH2
import Foundation
import Glibc
import Synchronization

/// A real sshd on a free port of 127.0.0.1 with host keys, configuration and authorized keys of its own. Stopped, with
/// every session it serves, when the object goes.
///
/// Needs root and Debian's openssh-server; ``missing`` says what is not there.
package final class SSHDaemon: Sendable {
  package let folder: TemporaryFolder
  package let port: UInt16
  private let process: ChildProcess
  private let isStopped = Atomic(false)

  /// Why no sshd can be started here, or nil.
  package static var missing: String? {
    if getuid() != 0 { return "root (sshd must log users in)" }
    if !FileManager.default.isExecutableFile(atPath: "/usr/sbin/sshd") { return "/usr/sbin/sshd (openssh-server)" }
    return nil
  }

  /// - Parameters:
  ///   - hostKeys: types as `ssh-keygen -t` takes them.
  ///   - options: lines of `sshd_config`; the first of each keyword wins over the defaults here.
  ///   - networkNamespace: a name as `ip netns` knows it, where the daemon runs; its `lo` must be up.
  package init(
    hostKeys: [String] = ["ed25519"], options: [String] = [], networkNamespace: String? = nil
  ) throws {
    try? FileManager.default.createDirectory(atPath: "/run/sshd", withIntermediateDirectories: true)
    let folder = try TemporaryFolder("hearth-sshd")
    let port = try Self.freePort()
    for type in hostKeys {
      try Command.run("ssh-keygen", "-q", "-t", type, "-N", "", "-f", folder.file("host_\(type)"))
    }
    try Command.run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", folder.file("user"))
    try folder.write("authorized_keys", try folder.read("user.pub"), mode: 0o644)
    let defaults = [
      "ListenAddress 127.0.0.1", "Port \(port)", "PidFile none", "StrictModes no", "UsePAM no",
      "AuthorizedKeysFile \(folder.file("authorized_keys"))", "PasswordAuthentication no",
      "KbdInteractiveAuthentication no", "PermitRootLogin yes", "MaxStartups 500:30:600", "MaxSessions 50",
      "PrintMotd no", "LogLevel VERBOSE",
      // Makes bash skip its rc file, which on a developer's machine may take longer than everything else.
      "SetEnv SHLVL=2",
    ]
    let keys = hostKeys.map { "HostKey \(folder.file("host_\($0)"))" }
    try folder.write("sshd_config", (options + keys + defaults).joined(separator: "\n") + "\n")
    let command = ["/usr/sbin/sshd", "-D", "-f", folder.file("sshd_config"), "-E", folder.file("log")]
    let process = try ChildProcess((networkNamespace.map { ["ip", "netns", "exec", $0] } ?? []) + command)
    (self.folder, self.port, self.process) = (folder, port, process)
    try waitUntilReady()
  }

  deinit { stop() }

  /// The private key that may log in as any user.
  package var userKey: String { folder.file("user") }

  /// Lets a public key log in as any user, from now on.
  package func authorize(_ publicKey: String) throws {
    try folder.write("authorized_keys", try folder.read("authorized_keys") + publicKey, mode: 0o644)
  }

  /// A `known_hosts` line for one of its host keys, under the name that a client on this machine uses.
  package func knownHostsLine(_ type: String = "ed25519") throws -> String {
    let fields = try folder.read("host_\(type).pub").split(separator: " ")
    return "[127.0.0.1]:\(port) \(fields[0]) \(fields[1])"
  }

  /// As OpenSSH prints it: `SHA256:…`
  package func fingerprint(_ type: String = "ed25519") throws -> String {
    let line = try Command.run("ssh-keygen", "-lf", folder.file("host_\(type).pub"))
    return String(line.split(separator: " ")[1])
  }

  package var log: String { (try? folder.read("log")) ?? "" }

  /// Ends the daemon and the processes that serve its sessions.
  package func stop() {
    guard !isStopped.exchange(true, ordering: .relaxed) else { return }
    for session in children(of: process.identifier) { kill(session, SIGTERM) }
    process.signal(SIGTERM)
    process.wait()
  }

  /// Makes the processes that serve sessions stand still, as a host without power does.
  package func freezeSessions() { for session in children(of: process.identifier) { kill(session, SIGSTOP) } }
  package func thawSessions() { for session in children(of: process.identifier) { kill(session, SIGCONT) } }

  private func children(of parent: pid_t) -> [pid_t] {
    let text = try? String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)
    return (text ?? "").split(separator: " ").compactMap { pid_t($0) }
  }

  /// A namespace's port cannot be tried from here, so the log tells.
  private func waitUntilReady() throws {
    while process.isRunning {
      if log.contains("Server listening") { return }
      usleep(2000)
    }
    throw Command.Failure(description: "sshd did not start: \(log)")
  }

  /// A port that nobody listens on now.
  package static func freePort() throws -> UInt16 {
    let (descriptor, port) = try listen()
    close(descriptor)
    return port
  }

  /// A socket that listens on a free port.
  package static func listen() throws -> (descriptor: Int32, port: UInt16) {
    let descriptor = socket(AF_INET, Int32(hearth_sock_stream | hearth_sock_cloexec), 0)
    var address = loopback(0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, size) == 0 && Glibc.listen(descriptor, 5) == 0 ? getsockname(descriptor, $0, &size) : -1
      }
    }
    guard code == 0 else {
      close(descriptor)
      throw Command.Failure(description: "no free port")
    }
    return (descriptor, UInt16(bigEndian: address.sin_port))
  }

  private static func loopback(_ port: UInt16) -> sockaddr_in {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return address
  }
}
