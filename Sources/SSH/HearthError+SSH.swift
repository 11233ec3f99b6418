import Diagnostics
import Glibc

extension HearthError {
  /// A system call failed on the operator's machine.
  static func system(_ what: String, _ code: Int32 = errno) -> HearthError {
    HearthError(.local, "\(what): \(String(cString: strerror(code)))")
  }

  static var cancelled: HearthError { HearthError(.cancelled, "cancelled") }
}
