package import Diagnostics
import CLibSSH2
import Glibc

/// One SSH connection. All of it runs on its reactor's thread; any number of tasks may use it at once.
///
/// A connection connects once. After ``close()``, a lost network or a dead peer every call fails with the reason.
package actor SSHConnection {
  enum State {
    case new
    /// Handshake, host key, authentication.
    case connecting
    case open
    case closed(HearthError)
  }

  package nonisolated let target: SSHTarget
  nonisolated let reactor: Reactor
  nonisolated var loop: ReactorLoop { reactor.loop }
  package nonisolated var unownedExecutor: UnownedSerialExecutor { reactor.loop.asUnownedSerialExecutor() }

  var state = State.new
  var session: Session?
  /// Connecting ends here. Moved when a person is asked something, whose time is not the network's.
  var connectDeadline = ContinuousClock.now
  /// The connection to the last jump host, which carries this one.
  var jump: SSHConnection?
  var background: [Task<Void, Never>] = []

  /// The operation whose packet is sent in part; every other one waits for it. See ``turn(_:until:)``.
  var sender: Operation?
  var lastOperation: UInt64 = 0
  /// Names of the reactor's waits that tasks of this connection are parked in.
  var parked: Set<UInt64> = []
  /// Calls whose caller gave up while their packet was half sent.
  var unfinished: [Operation: (Session) -> Int] = [:]

  /// Remote commands run so far.
  package internal(set) var execCount = 0

  /// Time between two questions whether the peer is there; see ``startKeepalive()``.
  let keepalive: Duration
  /// How long root's shell may take to come before the start files of the login shell are suspected.
  let patience: Duration

  /// - Parameter keepalive: time between two questions whether the host is there, at least a second. A host that
  ///   answers none of four counts as lost.
  package init(
    _ target: SSHTarget, on reactor: Reactor, keepalive: Duration = .seconds(15), patience: Duration = .seconds(25)
  ) {
    self.target = target
    self.patience = patience
    self.reactor = reactor
    self.keepalive = keepalive
  }

  /// Connects, verifies the host and logs in, each within what is left of `timeout`.
  ///
  /// - Parameter hops: the target's jump hosts with their logins, in the order in which they are passed; nil takes the
  ///   target's keys (never its password) and host key policy for each.
  /// - Throws: ``HearthError`` with code `unreachable`, `hostKey`, `authentication`, `unsupported`, `timedOut` or
  ///   `cancelled`. The connection is closed then.
  package func connect(
    credentials: [Credential], hostKeys: HostKeyPolicy, hops: [JumpHop]? = nil, timeout: Duration = .seconds(20)
  ) async throws(HearthError) {
    guard case .new = state else {
      throw HearthError(.internalError, "connect called twice", subject: Subject(host: target.name))
    }
    state = .connecting
    connectDeadline = .now + timeout
    do throws(HearthError) {
      let hops = hops ?? target.jumps.map { JumpHop($0, likeTarget: credentials, hostKeys) }
      try await logIn(credentials: credentials, hostKeys: hostKeys, hops)
      state = .open
      session?.isLoggedIn()
      startKeepalive()
    } catch {
      let error = error.at(Subject(host: target.name))
      shut(error)
      throw error
    }
  }

  /// One connection, or a few where there are more keys than sshd lets one try on each.
  private func logIn(
    credentials: [Credential], hostKeys: HostKeyPolicy, _ hops: [JumpHop]
  ) async throws(HearthError) {
    var history = LoginHistory()
    while true {
      let session = try await reachHost(hostKeys, hops)
      do throws(HearthError) {
        return try await authenticate(session, credentials: credentials, &history)
      } catch {
        guard history.mayGoOn() else { throw error }
        self.session = nil
        sender = nil
      }
    }
  }

  /// One TCP connection, unless a pin belongs to a key of another type than the one that the host prefers to show.
  private func reachHost(_ hostKeys: HostKeyPolicy, _ hops: [JumpHop]) async throws(HearthError) -> Session {
    var excluded: Set<String> = []
    var mismatch: HearthError?
    while true {
      let socket = try await openSocket(hops)
      guard let session = Session(socket: socket) else { throw .system("cannot make an SSH session", ENOMEM) }
      self.session = session
      do throws(HearthError) {
        switch try await handshake(session, hostKeys: hostKeys, excluding: excluded) {
        case .trusted: return session
        case .notPinned(let type, let error):
          mismatch = mismatch ?? error
          excluded.formUnion(HostKey.algorithms(forKeyType: type))
          self.session = nil
        }
      } catch {
        throw error.code == .unsupported ? mismatch ?? error : error
      }
    }
  }

  /// Says goodbye if that needs no waiting, then closes; calls under way fail with code `cancelled`.
  package func close() async {
    if let session, sender == nil, case .open = state {
      _ = libssh2_session_disconnect_ex(session.pointer, 11, "done", "")
    }
    shut(HearthError(.cancelled, "the connection was closed", subject: Subject(host: target.name)))
    await jump?.close()
    jump = nil
  }

  /// Ends the connection at once; every task that waits on it wakes up and finds `reason`.
  func shut(_ reason: HearthError) {
    if case .closed = state { return }
    state = .closed(reason)
    for task in background { task.cancel() }
    background = []
    unfinished = [:]
    sender = nil
    wakeOthers()
    session = nil
  }

  /// The session, or why there is none.
  func live() throws(HearthError) -> Session {
    if let session { return session }
    if case .closed(let reason) = state { throw reason }
    throw HearthError(.internalError, "used before it was connected", subject: Subject(host: target.name))
  }
}
