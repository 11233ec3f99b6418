import Diagnostics
import SSH
import Synchronization

/// A host that is still being logged in to. Whoever needs it waits for the login, and gets its error if it fails; so
/// each host goes on as soon as it can, whatever the others do.
final class PendingShell: RootShell {
  let host: String
  private let login: Task<Result<any RootShell, HearthError>, Never>
  private let connected: Connected

  private final class Connected: Sendable { let shell = Mutex<(any RootShell)?>(nil) }

  /// Begins at once.
  init(_ host: String, _ login: @escaping @Sendable () async -> Result<any RootShell, HearthError>) {
    self.host = host
    let connected = Connected()
    self.connected = connected
    self.login = Task {
      let result = await login().mapError { $0.at(Subject(host: host)) }
      connected.shell.withLock { $0 = try? result.get() }
      return result
    }
  }

  private var shell: any RootShell {
    get async throws(HearthError) {
      try await withTaskCancellationHandler {
        await login.value
      } onCancel: {
        login.cancel()
      }.get()
    }
  }

  /// Nothing has run where nobody is logged in yet; that is not waited for.
  var execCount: Int { get async { await connected.shell.withLock { $0 }?.execCount ?? 0 } }

  func run(
    _ program: String, input: [UInt8], timeout: Duration, onOutput: (@Sendable ([UInt8]) -> Void)?
  ) async throws(HearthError) -> ExecResult {
    try await shell.run(program, input: input, timeout: timeout, onOutput: onOutput)
  }

  func upload(
    _ source: UploadSource, to path: String, mode: UInt16, owner: String,
    progress: (@Sendable (_ doneBytes: Int, _ totalBytes: Int) -> Void)?
  ) async throws(HearthError) {
    try await shell.upload(source, to: path, mode: mode, owner: owner, progress: progress)
  }

  func close() async {
    login.cancel()
    if case .success(let shell) = await login.value { await shell.close() }
  }
}
