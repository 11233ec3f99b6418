import Diagnostics
import Foundation
import SSH
import Synchronization

/// A host for programs that need no systemd and no network: this machine with its own `/etc`, `/run`, `/srv` and
/// `/var/lib/hearth` in a mount namespace, gone with the process that holds it.
final class SandboxHost: Sendable {
  static let isPossible: Bool = (try? SandboxHost()) != nil
  static let requirement: String = "needs root and mount namespaces (util-linux: unshare, nsenter)"

  private let holder: Process
  private let folder: URL
  let name: String

  /// - Parameter srvKilobytes: size of the disk at `/srv`.
  init(_ name: String = "box", srvKilobytes: Int = 65536) throws {
    self.name = name
    folder = FileManager.default.temporaryDirectory.appending(path: "hearth-box-\(UInt64.random(in: 0 ... .max))")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    holder = Process()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
    holder.arguments = [
      "--mount", "--propagation", "private", "--kill-child", "--fork", "sh", "-euc",
      """
      mount -t tmpfs box "$0"
      mkdir "$0/up" "$0/work" "$0/hearth"
      mount -t overlay -o "lowerdir=/etc,upperdir=$0/up,workdir=$0/work" box /etc
      mkdir -p /var/lib/hearth
      mount --bind "$0/hearth" /var/lib/hearth
      mount -t tmpfs box /run
      mount -t tmpfs -o size=\(srvKilobytes)k box /srv
      echo ready
      exec sleep infinity
      """, folder.path,
    ]
    let output = Pipe()
    holder.standardOutput = output
    holder.standardError = FileHandle.nullDevice
    try holder.run()
    guard String(decoding: output.fileHandleForReading.availableData, as: UTF8.self) == "ready\n" else {
      holder.terminate()
      holder.waitUntilExit()
      try? FileManager.default.removeItem(at: folder)
      throw HearthError(.unsupported, Self.requirement)
    }
  }

  deinit {
    kill(holder.processIdentifier, SIGKILL)
    holder.waitUntilExit()
    try? FileManager.default.removeItem(at: folder)
  }

  func shell() throws -> SandboxShell {
    // The holder is unshare; the namespace is that of its child.
    let children = try String(
      contentsOfFile: "/proc/\(holder.processIdentifier)/task/\(holder.processIdentifier)/children", encoding: .utf8)
    return SandboxShell(host: name, namespace: children.trimmingCharacters(in: .whitespaces), owner: self)
  }

  /// What a program prints there.
  func output(_ program: String) async throws -> String {
    try await shell().run(program).outputText
  }
}

/// A `sh` in a ``SandboxHost``.
final class SandboxShell: RootShell {
  let host: String
  private let namespace: String
  private let owner: SandboxHost
  private let execs = Atomic<Int>(0)
  private let running = Mutex<[Int32]>([])
  private let isLost = Atomic<Bool>(false)

  init(host: String, namespace: String, owner: SandboxHost) {
    self.host = host
    self.namespace = namespace
    self.owner = owner
  }

  var execCount: Int { get async { execs.load(ordering: .relaxed) } }

  /// What is left of a connection when its client is killed: nothing.
  func cut() {
    for pid in running.withLock({ $0 }) { kill(-pid, SIGKILL) }
  }

  /// Makes every later run fail as on a connection that is lost.
  func lose() { isLost.store(true, ordering: .relaxed) }

  func run(
    _ program: String, input: [UInt8], timeout: Duration, onOutput: (@Sendable ([UInt8]) -> Void)?
  ) async throws(HearthError) -> ExecResult {
    execs.add(1, ordering: .relaxed)
    if isLost.load(ordering: .relaxed) {
      throw HearthError(.unreachable, "the connection was lost", subject: Subject(host: host))
    }
    let process = Process()
    let result: Result<ExecResult, HearthError> = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        Thread.detachNewThread { continuation.resume(returning: self.runNow(process, program, input, onOutput)) }
      }
    } onCancel: {
      kill(-process.processIdentifier, SIGKILL)
    }
    return try result.get()
  }

  private func runNow(
    _ process: Process, _ program: String, _ input: [UInt8], _ onOutput: (@Sendable ([UInt8]) -> Void)?
  ) -> Result<ExecResult, HearthError> {
    // Foundation gives each process a group of its own, so that it can be ended with its children.
    process.executableURL = URL(fileURLWithPath: "/usr/bin/nsenter")
    process.arguments = ["-t", namespace, "-m", "dash", "-c", program]
    let (feed, output, errors) = (Pipe(), Pipe(), Pipe())
    process.standardInput = feed
    process.standardOutput = output
    process.standardError = errors
    do {
      try process.run()
      running.withLock { $0.append(process.processIdentifier) }
      // Both programs and inputs of tests are small enough for a pipe only up to 64 KiB; a thread feeds the rest.
      Thread.detachNewThread {
        try? feed.fileHandleForWriting.write(contentsOf: input)
        try? feed.fileHandleForWriting.close()
      }
      var all: [UInt8] = []
      while case let data = output.fileHandleForReading.availableData, !data.isEmpty {
        all += data
        onOutput?(Array(data))
      }
      let error = errors.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      guard process.terminationReason == .exit else {
        return .failure(HearthError(.unreachable, "the connection broke", subject: Subject(host: host)))
      }
      return .success(
        ExecResult(status: process.terminationStatus, standardOutput: all, standardError: Array(error)))
    } catch {
      return .failure(HearthError(.local, "\(error)"))
    }
  }

  func upload(
    _ source: UploadSource, to path: String, mode: UInt16, owner: String,
    progress: (@Sendable (_ doneBytes: Int, _ totalBytes: Int) -> Void)?
  ) async throws(HearthError) {
    let bytes: [UInt8]
    switch source {
    case .bytes(let content): bytes = content
    case .file(let file, _, _): bytes = Array(FileManager.default.contents(atPath: file) ?? Data())
    }
    let result = try await run(
      "cat >'\(path).part' && chmod \(String(mode, radix: 8)) '\(path).part' && mv '\(path).part' '\(path)'",
      input: bytes, timeout: .seconds(60), onOutput: nil)
    guard result.status == 0 else { throw HearthError(.remoteCommand, result.errorText) }
  }

  func close() async {}
}
