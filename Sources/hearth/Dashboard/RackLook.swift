import Diagnostics
import Inventory
import Provision
import SSH
import Smoke

/// Looks at a rack again and again over logins that it keeps. A host that was lost is logged in to again behind the looks,
/// so that none of them waits for it. Where a login was refused, that is tried seldom: hosts shut out those who try often.
actor RackLook {
  private let session: RackSession
  private var shells: [String: any RootShell]
  private var failures: [String: HearthError]
  private var returning: Set<String> = []
  /// Not before then is a host tried that has refused a login.
  private var nextTry: [String: ContinuousClock.Instant] = [:]

  private static let afterRefusal = Duration.seconds(300)

  private init(_ session: RackSession) {
    self.session = session
    shells = session.survey.fleet.shells
    failures = session.survey.failures
    for (host, failure) in failures { nextTry[host] = Self.nextTry(after: failure) }
  }

  /// Logs in everywhere; what has to be asked is asked now.
  static func open(_ rack: Rack, access: AccessOptions) async throws -> RackLook {
    RackLook(try await RackSession.open(rack, hosts: rack.nodes.map(\.name), access: access, facts: false))
  }

  func status() async -> ClusterStatus {
    for node in session.rack.nodes where shells[node.name] == nil { bringBack(node.name) }
    let status = await ClusterStatus.collect(rack: session.rack, shells: shells, failures: failures, isDetailed: true)
    for host in status.hosts where host.unreachable != nil {
      if let shell = shells.removeValue(forKey: host.name) { Task { await shell.close() } }
      failures[host.name] = host.unreachable.map {
        HearthError(.unreachable, $0, subject: Subject(host: host.name))
      }
    }
    return status
  }

  /// Runs a program on a login of its own, so that no look waits for it.
  nonisolated func run(_ program: String, on host: String, timeout: Duration) async throws(HearthError) -> ExecResult {
    let shell = try await session.reconnect(host)
    do throws(HearthError) {
      let result = try await shell.run(program, timeout: timeout)
      await shell.close()
      return result
    } catch {
      await shell.close()
      throw error
    }
  }

  func close() async {
    for shell in shells.values { await shell.close() }
  }

  private func bringBack(_ host: String) {
    if let time = nextTry[host], ContinuousClock.now < time { return }
    guard returning.insert(host).inserted else { return }
    Task {
      do throws(HearthError) {
        let shell = try await session.reconnect(host)
        returned(host, shell, nil)
      } catch {
        returned(host, nil, error)
      }
    }
  }

  private func returned(_ host: String, _ shell: (any RootShell)?, _ failure: HearthError?) {
    returning.remove(host)
    shells[host] = shell
    failures[host] = failure
    nextTry[host] = failure.flatMap(Self.nextTry(after:))
  }

  /// Nil where it may be tried with the next look.
  static func nextTry(after failure: HearthError) -> ContinuousClock.Instant? {
    switch failure.code {
    case .unreachable, .timedOut, .remoteCommand, .cancelled: nil
    default: ContinuousClock.now + afterRefusal
    }
  }
}
