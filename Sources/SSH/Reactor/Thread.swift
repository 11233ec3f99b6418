import CLibSSH2
package import Diagnostics
import Glibc

/// Starts a detached thread that runs `body` and ends.
func startThread(_ body: @escaping @Sendable () -> Void) throws(HearthError) {
  let box = Unmanaged.passRetained(ThreadBody(body))
  var thread = pthread_t()
  let code = pthread_create(
    &thread, nil,
    { raw in
      guard let raw else { return nil }
      Unmanaged<ThreadBody>.fromOpaque(raw).takeRetainedValue().run()
      return nil
    }, box.toOpaque())
  guard code == 0 else {
    box.release()
    throw .system("cannot start a thread", code)
  }
  pthread_detach(thread)
}

/// Runs a call that blocks (the resolver, an agent's socket) on a thread of its own, so that no thread of Swift's pool
/// and not the reactor waits for it.
func offThread<Value: Sendable>(
  _ body: @escaping @Sendable () -> Result<Value, HearthError>
) async throws(HearthError) -> Value {
  let result: Result<Value, HearthError> = await withCheckedContinuation { continuation in
    do throws(HearthError) {
      try startThread { continuation.resume(returning: body()) }
    } catch {
      continuation.resume(returning: .failure(error))
    }
  }
  return try result.get()
}

/// The same for other targets, in a network namespace where one is named: a thread that blocks, and is gone at its end.
package func offThread<Value: Sendable>(
  in networkNamespace: String?, _ body: @escaping @Sendable () -> Result<Value, HearthError>
) async throws(HearthError) -> Value {
  try await offThread {
    if let networkNamespace, let failure = enterNetworkNamespace(networkNamespace) { return .failure(failure) }
    return body()
  }
}

private final class ThreadBody: Sendable {
  let run: @Sendable () -> Void
  init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Moves the calling thread, and it alone, into the network namespace at `path`.
///
/// - Returns: why it could not.
func enterNetworkNamespace(_ path: String) -> HearthError? {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else {
    let code = errno
    return HearthError(
      .local, "cannot open the network namespace \(path): \(String(cString: strerror(code)))",
      hint: code == ENOENT ? "Start the virtual rack: hearth lab up" : "Run hearth as root (virtual racks need it)"
    )
  }
  defer { close(descriptor) }
  guard hearth_enter_network_namespace(descriptor) == 0 else {
    let code = errno
    return HearthError(
      .local, "cannot enter the network namespace \(path): \(String(cString: strerror(code)))",
      hint: code == EPERM ? "Run hearth as root (virtual racks need it)" : "Restart the virtual rack: hearth lab up"
    )
  }
  return nil
}
