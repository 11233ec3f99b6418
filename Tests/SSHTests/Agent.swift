import Foundation
import Glibc
import TestSupport

/// A real ssh-agent, ended with the object.
final class Agent: Sendable {
  let socket: String
  private let process: ChildProcess

  init(_ socket: String) throws {
    self.socket = socket
    process = try ChildProcess(["ssh-agent", "-D", "-a", socket])
    while !FileManager.default.fileExists(atPath: socket) { usleep(2000) }
  }

  deinit {
    process.signal(SIGTERM)
    process.wait()
  }

  func add(_ key: String) throws { try Command.run("env", "SSH_AUTH_SOCK=\(socket)", "ssh-add", "-q", key) }
  func removeAll() throws { try Command.run("env", "SSH_AUTH_SOCK=\(socket)", "ssh-add", "-q", "-D") }
}
