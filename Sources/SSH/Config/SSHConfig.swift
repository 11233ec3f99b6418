package import Diagnostics
import Foundation

/// The common keywords of OpenSSH's client configuration, evaluated as `ssh` evaluates them.
///
/// ```swift
/// let config = try SSHConfig.load(user: "\(home)/.ssh/config", system: "/etc/ssh/ssh_config")
/// let settings = config.settings(for: "pi1", home: home, localUser: "anna")
/// ```
///
/// Understood are `Host`, `Match` (`all`, `final`, `canonical`, `host`, `originalhost`, `user`, `localuser`), `Include`,
/// and the keywords of ``Settings``; everything else is passed over. `Match exec` is never run and never applies.
package struct SSHConfig: Sendable, Equatable {
  /// What applies to one host; nil and empty where the files say nothing.
  package struct Settings: Sendable, Equatable {
    package var hostName: String?
    package var user: String?
    package var port: UInt16?
    /// In the files' order, paths and tokens expanded.
    package var identityFiles: [String] = []
    package var identitiesOnly = false
    /// A socket, `none` for no agent, or `SSH_AUTH_SOCK` for the environment's.
    package var identityAgent: String?
    package var userKnownHostsFiles: [String] = []
    /// As written: `user@host:port,…`; nil also for `none`.
    package var proxyJump: String?
    /// Where each value stands, by keyword: `~/.ssh/config:3`.
    package var places: [String: String] = [:]
    /// What applies to the host and is not done, each a sentence.
    package var notes: [String] = []

    package init() {}
  }

  struct Line: Sendable, Equatable {
    var keyword: String
    var values: [String]
    var place: String
    /// What an `Include` leads to, in its place.
    var included: [[Line]] = []
  }

  /// The user's file and then the system's, each a list of its own: blocks end with their file.
  private let files: [[Line]]

  /// - Parameter text: a configuration whose `Include`s, which need a folder, lead nowhere; see ``load(user:system:)``.
  package init(_ text: String) { files = [SSHConfigReader.lines(of: Array(text.utf8), name: "config")] }

  private init(files: [[Line]]) { self.files = files }

  /// Reads the files and what they include. A file that does not exist says nothing.
  ///
  /// - Throws: `local` for a file that cannot be read, or that others may write.
  package static func load(user: String, system: String? = nil) throws(HearthError) -> SSHConfig {
    var files = [try SSHConfigReader(file: user, isUsers: true).lines()]
    if let system { files.append(try SSHConfigReader(file: system, isUsers: false).lines()) }
    return SSHConfig(files: files)
  }

  /// - Parameters:
  ///   - host: as a person would type it.
  ///   - user: a login user that is known already, as from `ssh -l`.
  ///   - home: replaces `~` and `%d`.
  ///   - localUser: who runs hearth.
  package func settings(
    for host: String, user: String? = nil, home: String, localUser: String = NSUserName(),
    environment: [String: String] = [:]
  ) -> Settings {
    var pass = SSHConfigPass(host: host, user: user, localUser: localUser)
    for file in files { pass.read(file) }
    if pass.wantsFinalPass {
      pass.isFinal = true
      for file in files { pass.read(file) }
    }
    return pass.expanded(home: home, environment: environment)
  }
}
