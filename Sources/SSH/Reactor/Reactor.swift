package import Diagnostics
import Dispatch
import Glibc
import Synchronization

/// The thread behind ``Reactor``.
///
/// `@unchecked Sendable`: `inbox` is a mutex and the descriptors never change; `waits`, `lastWait` and `stopped` are
/// touched by the loop's own thread alone, which every method that touches them checks.
final class ReactorLoop: SerialExecutor, @unchecked Sendable {
  /// Why a parked task runs again.
  enum Wake: Sendable { case ready, timedOut, cancelled }

  private struct Inbox {
    var jobs: [UnownedJob] = []
    var cancelled: [UInt64] = []
    var stopping = false
    var startFailure: HearthError?
    var isEmpty: Bool { jobs.isEmpty && cancelled.isEmpty && !stopping }
  }

  private struct Wait {
    /// -1 waits for the deadline or a call of `resume` only; poll skips such entries.
    var descriptor: Int32
    var events: Int16
    var deadline: ContinuousClock.Instant?
    var continuation: CheckedContinuation<Wake, Never>
  }

  /// Batches of jobs that may run before sockets are looked at again.
  private static let batchesBetweenPolls = 16

  private let inbox = Mutex(Inbox())
  private let wakeReader: Int32
  private let wakeWriter: Int32
  private let thread = Atomic<UInt>(0)
  private var waits: [UInt64: Wait] = [:]
  private var lastWait: UInt64 = 0
  private var stopped = false

  init(networkNamespace: String?) throws(HearthError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .system("cannot make a pipe") }
    for end in ends {
      _ = fcntl(end, F_SETFL, O_NONBLOCK)
      _ = fcntl(end, F_SETFD, FD_CLOEXEC)
    }
    (wakeReader, wakeWriter) = (ends[0], ends[1])
    try start(in: networkNamespace)
  }

  deinit {
    close(wakeReader)
    close(wakeWriter)
  }

  /// Waits until the thread is in its namespace and serves, or says why it cannot.
  private func start(in namespace: String?) throws(HearthError) {
    let answered = DispatchSemaphore(value: 0)
    try startThread { [self] in
      thread.store(UInt(pthread_self()), ordering: .releasing)
      let failure = namespace.flatMap(enterNetworkNamespace)
      inbox.withLock { $0.startFailure = failure }
      answered.signal()
      if failure == nil { serve() }
    }
    answered.wait()
    if let failure = inbox.withLock({ $0.startFailure }) { throw failure }
  }

  /// Any thread: ends the loop once nothing is left to run.
  func stop() {
    inbox.withLock { $0.stopping = true }
    wake()
  }

  // MARK: Executor

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    let wasEmpty = inbox.withLock { inbox in
      defer { inbox.jobs.append(job) }
      return inbox.isEmpty
    }
    if wasEmpty && !isOnThread { wake() }
  }

  func asUnownedSerialExecutor() -> UnownedSerialExecutor { UnownedSerialExecutor(ordinary: self) }

  func checkIsolated() { precondition(isOnThread, "not on the reactor's thread") }

  private var isOnThread: Bool { thread.load(ordering: .acquiring) == UInt(pthread_self()) }

  // MARK: Waiting

  /// On the thread: a name for the next wait, to cancel or resume it by.
  func nextWait() -> UInt64 {
    checkIsolated()
    lastWait += 1
    return lastWait
  }

  /// On the thread: resumes `continuation` once, when `descriptor` is ready, at the deadline or by name.
  func park(
    _ wait: UInt64, descriptor: Int32, events: Int16, deadline: ContinuousClock.Instant?,
    _ continuation: CheckedContinuation<Wake, Never>
  ) {
    checkIsolated()
    waits[wait] = Wait(descriptor: descriptor, events: events, deadline: deadline, continuation: continuation)
  }

  /// On the thread: ends a wait as if its descriptor were ready.
  func resume(_ wait: UInt64, _ wake: Wake = .ready) {
    checkIsolated()
    waits.removeValue(forKey: wait)?.continuation.resume(returning: wake)
  }

  /// Any thread: ends a wait as cancelled. Handled after the job that runs now, so a wait that is about to be parked by
  /// it is found.
  func cancel(_ wait: UInt64) {
    let wasEmpty = inbox.withLock { inbox in
      defer { inbox.cancelled.append(wait) }
      return inbox.isEmpty
    }
    if wasEmpty && !isOnThread { wake() }
  }

  private func wake() {
    var byte: UInt8 = 1
    // A full pipe is as good as a written one: the loop will wake.
    _ = write(wakeWriter, &byte, 1)
  }

  // MARK: Loop

  private func serve() {
    while !stopped {
      var mayBlock = false
      for _ in 0..<Self.batchesBetweenPolls where !mayBlock { mayBlock = !runBatch() }
      if stopped { break }
      pollOnce(mayBlock: mayBlock)
    }
  }

  /// - Returns: whether there was anything to run.
  private func runBatch() -> Bool {
    let batch = inbox.withLock { inbox in
      let batch = inbox
      inbox.jobs = []
      inbox.cancelled = []
      return batch
    }
    if batch.stopping && batch.jobs.isEmpty { stopped = true }
    for job in batch.jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
    for wait in batch.cancelled { resume(wait, .cancelled) }
    return !(batch.jobs.isEmpty && batch.cancelled.isEmpty)
  }

  private func pollOnce(mayBlock: Bool) {
    var descriptors = [pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0)]
    descriptors.reserveCapacity(waits.count + 1)
    var names: [UInt64] = []
    names.reserveCapacity(waits.count)
    var earliest: ContinuousClock.Instant?
    for (name, wait) in waits {
      descriptors.append(pollfd(fd: wait.descriptor, events: wait.events, revents: 0))
      names.append(name)
      if let deadline = wait.deadline { earliest = min(deadline, earliest ?? deadline) }
    }
    let count = poll(&descriptors, nfds_t(descriptors.count), mayBlock ? Self.milliseconds(until: earliest) : 0)
    if count > 0, descriptors[0].revents != 0 { drainWakes() }
    let now = ContinuousClock.now
    for (index, name) in names.enumerated() {
      if count > 0, descriptors[index + 1].revents != 0 {
        resume(name)
      } else if let deadline = waits[name]?.deadline, deadline <= now {
        resume(name, .timedOut)
      }
    }
  }

  private func drainWakes() {
    var sink = [UInt8](repeating: 0, count: 64)
    while read(wakeReader, &sink, sink.count) == sink.count {}
  }

  /// For poll: rounded up, so that a deadline has passed when poll returns; -1 without a deadline.
  private static func milliseconds(until deadline: ContinuousClock.Instant?) -> Int32 {
    guard let deadline else { return -1 }
    let left = ContinuousClock.now.duration(to: deadline)
    return left <= .zero ? 0 : Int32(min(left / .milliseconds(1) + 1, 60_000))
  }
}

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
