package import Diagnostics

/// One thread with one `poll(2)` loop, on which every ``SSHConnection`` made with it runs. So a libssh2 session is
/// touched from one thread only, and no thread of Swift's pool ever waits for the network.
///
/// The thread ends when the reactor and all its connections are gone.
package final class Reactor: Sendable {
  let loop: ReactorLoop

  /// - Parameter networkNamespace: a path such as `/run/netns/hearth-default` whose network the thread enters before
  ///   its first socket; nil stays in the process's own.
  /// - Throws: ``HearthError`` with code `local` when the namespace cannot be entered or the thread not be started.
  package init(networkNamespace: String? = nil) throws(HearthError) {
    loop = try ReactorLoop(networkNamespace: networkNamespace)
  }

  deinit { loop.stop() }
}
