import CLibSSH2
import Diagnostics
import Glibc

/// One thing a task does on a connection, for the rule about half-sent packets.
struct Operation: Hashable, Sendable {
  fileprivate let number: UInt64
}

/// The loop around libssh2's "try again", with deadline and cancellation.
extension SSHConnection {
  func newOperation() -> Operation {
    lastOperation += 1
    return Operation(number: lastOperation)
  }

  /// Calls libssh2 until it answers anything but "try again", and returns that.
  ///
  /// - Parameters:
  ///   - exclusive: keeps all other operations out until the end, for calls that keep their state in the session.
  ///   - call: must be repeatable after its caller has gone: when the caller gives up while a packet is half sent, the
  ///     rest is sent behind its back, or the connection would be lost with it.
  func perform(
    _ operation: Operation, until deadline: ContinuousClock.Instant?, exclusive: Bool = false,
    _ call: @escaping (Session) -> Int
  ) async throws(HearthError) -> Int {
    while true {
      try await turn(operation, until: deadline)
      let code = attempt(try live(), call)
      try endFlood()
      guard code == Int(LIBSSH2_ERROR_EAGAIN) else {
        release(operation)
        return code
      }
      let events = hold(operation, try live(), exclusive: exclusive)
      do throws(HearthError) {
        try await socketReady(events, until: deadline)
      } catch {
        if sender == operation { finishLater(operation, call) }
        throw error
      }
    }
  }

  /// As ``perform(_:until:exclusive:_:)``, but "try again" is an answer unless a packet is half sent.
  func performNow(
    _ operation: Operation, until deadline: ContinuousClock.Instant?, _ call: @escaping (Session) -> Int
  ) async throws(HearthError) -> Int {
    try await turn(operation, until: deadline)
    let session = try live()
    let code = attempt(session, call)
    try endFlood()
    if code == Int(LIBSSH2_ERROR_EAGAIN), session.isHalfSent {
      sender = operation
      return try await perform(operation, until: deadline, call)
    }
    release(operation)
    return code
  }

  /// One call of libssh2. Whoever else waits for input must look again if it read anything.
  func attempt<Answer>(_ session: Session, _ call: (Session) -> Answer) -> Answer {
    let before = session.receivedBytes
    let answer = call(session)
    if session.receivedBytes != before { wakeOthers() }
    return answer
  }

  /// After "try again": keeps or gives up the right to send, and says which readiness to wait for.
  func hold(_ operation: Operation, _ session: Session, exclusive: Bool = false) -> Int16 {
    if exclusive || session.isHalfSent { sender = operation } else { release(operation) }
    return Int16(session.isHalfSent ? POLLOUT : POLLIN)
  }

  /// Waits until no other operation has a packet half sent: libssh2 would refuse or mix them up.
  func turn(_ operation: Operation, until deadline: ContinuousClock.Instant?) async throws(HearthError) {
    while let sender, sender != operation {
      try await wait(descriptor: -1, events: 0, until: deadline)
      _ = try live()
    }
  }

  func release(_ operation: Operation) {
    guard sender == operation else { return }
    sender = nil
    wakeOthers()
  }

  /// Sends the rest of a packet whose operation was given up.
  func finishLater(_ operation: Operation, _ call: @escaping (Session) -> Int) {
    guard case .open = state else { return }
    unfinished[operation] = call
    Task { await self.finish(operation) }
  }

  private func finish(_ operation: Operation) async {
    let deadline = ContinuousClock.now + .seconds(30)
    while let call = unfinished[operation], let session {
      let code = attempt(session, call)
      if code != Int(LIBSSH2_ERROR_EAGAIN) { break }
      let events = hold(operation, session, exclusive: true)
      do { try await socketReady(events, until: deadline) } catch {
        shut(lost("it stopped taking data"))
      }
    }
    unfinished[operation] = nil
    release(operation)
  }

  /// Lets other connections of the reactor have their turn.
  func breathe() async throws(HearthError) {
    let wake = await park(descriptor: -1, events: 0, until: .now)
    if wake == .cancelled { throw .cancelled.at(Subject(host: target.name)) }
    _ = try live()
  }

  /// A socket on which something always comes is always ready: the deadline counts all the same.
  func socketReady(_ events: Int16, until deadline: ContinuousClock.Instant?) async throws(HearthError) {
    if let deadline, deadline <= .now {
      throw HearthError(.timedOut, "timed out", subject: Subject(host: target.name))
    }
    try await wait(descriptor: try live().socket, events: events, until: deadline)
    _ = try live()
  }

  func wait(
    descriptor: Int32, events: Int16, until deadline: ContinuousClock.Instant?
  ) async throws(HearthError) {
    switch await park(descriptor: descriptor, events: events, until: deadline) {
    case .ready: return
    case .timedOut: throw HearthError(.timedOut, "timed out", subject: Subject(host: target.name))
    case .cancelled: throw .cancelled.at(Subject(host: target.name))
    }
  }

  private func park(
    descriptor: Int32, events: Int16, until deadline: ContinuousClock.Instant?
  ) async -> ReactorLoop.Wake {
    let name = loop.nextWait()
    parked.insert(name)
    defer { parked.remove(name) }
    // The operation must be a call of an isolated method: a closure that does not name `self` would run on a thread
    // of the pool. Should the task be cancelled before it is parked, `park` finds that out itself.
    return await withTaskCancellationHandler {
      await self.park(name, descriptor: descriptor, events: events, until: deadline)
    } onCancel: { [loop] in
      loop.cancel(name)
    }
  }

  private func park(
    _ name: UInt64, descriptor: Int32, events: Int16, until deadline: ContinuousClock.Instant?
  ) async -> ReactorLoop.Wake {
    await withCheckedContinuation { continuation in
      if Task.isCancelled {
        continuation.resume(returning: .cancelled)
      } else {
        loop.park(name, descriptor: descriptor, events: events, deadline: deadline, continuation)
      }
    }
  }

  /// Wakes every task parked on this connection.
  func wakeOthers() {
    guard !parked.isEmpty else { return }
    for name in parked { loop.resume(name) }
  }
}
