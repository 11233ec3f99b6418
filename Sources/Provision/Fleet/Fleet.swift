package import Diagnostics
package import Inventory
package import SSH

/// The hosts of one run, connected side by side. Hosts that could not be reached are kept with the reason, so that the
/// others can go on and the end can name them.
package struct Fleet: Sendable {
  package let shells: [String: any RootShell]
  package let failures: [String: HearthError]

  package init(shells: [String: any RootShell], failures: [String: HearthError]) {
    self.shells = shells
    self.failures = failures
  }

  /// Logs in to every node at once; never throws, since one dead host says nothing about the others.
  package static func connect(
    _ nodes: [Node], access: HostAccess, on reactor: Reactor, timeout: Duration = .seconds(15)
  ) async -> Fleet {
    await withTaskGroup(of: (String, Result<any RootShell, HearthError>).self) { group in
      for node in nodes {
        group.addTask { (node.name, await connect(node, access: access, on: reactor, timeout: timeout)) }
      }
      var shells: [String: any RootShell] = [:]
      var failures: [String: HearthError] = [:]
      for await (name, result) in group {
        switch result {
        case .success(let shell): shells[name] = shell
        case .failure(let error): failures[name] = error.at(Subject(host: name))
        }
      }
      return Fleet(shells: shells, failures: failures)
    }
  }

  /// Logs in to one node.
  package static func connect(
    _ node: Node, access: HostAccess, on reactor: Reactor, timeout: Duration
  ) async -> Result<any RootShell, HearthError> {
    do throws(HearthError) {
      return .success(
        try await SSHRootShell.connect(
          to: try access.target(node), credentials: access.credentials(node), hostKeys: access.hostKeys(node),
          privilege: access.privilege(node), on: reactor, timeout: timeout))
    } catch {
      return .failure(error)
    }
  }

  /// Runs one `sh` program on every connected host at once.
  package func run(
    _ program: String, timeout: Duration = .seconds(60)
  ) async -> [String: Result<ExecResult, HearthError>] {
    await withTaskGroup(of: (String, Result<ExecResult, HearthError>).self) { group in
      for (name, shell) in shells {
        group.addTask {
          do throws(HearthError) {
            return (name, .success(try await shell.run(program, timeout: timeout)))
          } catch {
            return (name, .failure(error.at(Subject(host: name))))
          }
        }
      }
      var results: [String: Result<ExecResult, HearthError>] = [:]
      for await (name, result) in group { results[name] = result }
      return results
    }
  }

  package func close() async {
    await withTaskGroup(of: Void.self) { group in
      for shell in shells.values { group.addTask { await shell.close() } }
    }
  }
}
