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
    let logins = await concurrently(nodes) { node in
      await connect(node, access: access, on: reactor, timeout: timeout)
    }
    var shells: [String: any RootShell] = [:]
    var failures: [String: HearthError] = [:]
    for (node, login) in zip(nodes, logins) {
      switch login {
      case .success(let shell): shells[node.name] = shell
      case .failure(let error): failures[node.name] = error.at(Subject(host: node.name))
      }
    }
    return Fleet(shells: shells, failures: failures)
  }

  /// Logs in to one node.
  package static func connect(
    _ node: Node, access: HostAccess, on reactor: Reactor, timeout: Duration
  ) async -> Result<any RootShell, HearthError> {
    do throws(HearthError) {
      return .success(
        try await SSHRootShell.connect(
          to: try access.target(node), credentials: access.credentials(node), hostKeys: access.hostKeys(node),
          hops: try access.hops(node), privilege: access.privilege(node), on: reactor, timeout: timeout))
    } catch {
      return .failure(error)
    }
  }

  /// Runs one `sh` program on every connected host at once.
  package func run(
    _ program: String, timeout: Duration = .seconds(60)
  ) async -> [String: Result<ExecResult, HearthError>] {
    await concurrently(byKey: Array(shells.keys)) { [shells] name in
      guard let shell = shells[name] else {
        return .failure(HearthError(.unreachable, "there is no connection to this host", subject: Subject(host: name)))
      }
      do throws(HearthError) {
        let result = try await shell.run(program, timeout: timeout)
        return .success(result)
      } catch {
        return .failure(error.at(Subject(host: name)))
      }
    }
  }

  package func close() async {
    _ = await concurrently(Array(shells.values)) { shell in await shell.close() }
  }
}
