import Diagnostics
import Discovery
import Inventory
import Provision
import SSH
import Templates
import Untrusted

/// What is known of a host before it is a node: the key that it shows, and what it is, where a login works.
struct BoardLook: Sendable {
  struct Board: Sendable, Equatable {
    var model: String
    var serial: String
    var hostname: String

    /// What `templates/discovery/board` printed; start files of the login shell may have printed before it.
    init?(output: String) {
      let lines = output.byteLines
      guard let mark = lines.lastIndex(of: "@board"), lines.count >= mark + 4 else { return nil }
      model = String(lines[mark + 1]).visibleLine.bounded(60)
      let (serial, name) = (String(lines[mark + 2]), String(lines[mark + 3]))
      self.serial = NamePattern.serial.accepts(serial) ? serial : ""
      hostname = NamePattern.hostName.accepts(name) ? name : ""
    }

    var text: String {
      [model, serial.isEmpty ? "" : "serial \(serial)", hostname.isEmpty ? "" : "named \(hostname)"]
        .filter { !$0.isEmpty }.joined(separator: ", ")
    }
  }

  let reactor: Reactor
  let user: String

  init(user: String) throws(HearthError) {
    (reactor, self.user) = (try Reactor(), user)
  }

  private func node(_ host: Scan.Host) -> Node {
    HostAccess.node(host: host.address.description, user: user, port: host.port)
  }

  /// The key that each host shows; nothing about the user is sent. Hosts that show none are left out.
  func keys(_ hosts: [Scan.Host]) async -> [IPv4Address: ShownHostKey] {
    let keys = await concurrently(byKey: hosts.map(\.address), limit: 32) { [reactor] address -> ShownHostKey? in
      let port = hosts.first { $0.address == address }?.port ?? 22
      let target = SSHTarget(name: address.description, address: address.description, port: port, user: "nobody")
      return try? await ShownHostKey.ask(target, on: reactor)
    }
    return keys.compactMapValues { $0 }
  }

  /// Logs in where the very key is shown that a person has seen, remembers it, and asks the host what it is.
  func boards(
    _ hosts: [Scan.Host], trusting keys: [IPv4Address: ShownHostKey], person: Operator
  ) async throws(HearthError) -> [IPv4Address: Result<Board, HearthError>] {
    let access = try await HostAccess(nodes: hosts.map(node), person: person)
    return await concurrently(byKey: hosts.map(\.address), limit: 32) { address in
      guard let host = hosts.first(where: { $0.address == address }), let key = keys[address] else {
        return .failure(HearthError(.hostKey, "the host shows no key"))
      }
      do throws(HearthError) {
        return .success(try await board(node(host), access, key))
      } catch {
        return .failure(error)
      }
    }
  }

  private func board(
    _ node: Node, _ access: HostAccess, _ key: ShownHostKey
  ) async throws(HearthError) -> Board {
    var policy = access.hostKeys(node)
    policy.onUnknown = .ask { $0.fingerprint == key.fingerprint }
    let connection = SSHConnection(try access.target(node), on: reactor)
    try await connection.connect(
      credentials: access.credentials(node), hostKeys: policy, hops: try access.hops(node), timeout: .seconds(15))
    let program = try Template.text(of: "discovery/board")
    let result: ExecResult
    do throws(HearthError) {
      result = try await connection.execute(
        "sh", input: Array(program.utf8), timeout: .seconds(20), outputLimit: 1 << 16)
    } catch {
      await connection.close()
      throw error
    }
    await connection.close()
    guard let board = Board(output: result.outputText) else {
      throw HearthError(
        .remoteCommand, "the login works, but no program runs there", output: result.errorText.lastLines(3))
    }
    return board
  }
}
