import CLibSSH2
import Diagnostics
import Glibc

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
