import Diagnostics
import Operations

/// The exit codes of every command; documented and stable. Thrown to end a command whose events said everything.
enum ExitStatus: Int32, Error {
  case done = 0
  case failed = 1
  /// Wrong flags or a wrong inventory.
  case usage = 2
  /// The user said no, or somebody else holds the rack.
  case refused = 3
  case someHostsFailed = 4

  init(_ error: HearthError) {
    switch error.code {
    case .usage, .inventory: self = .usage
    case .refused, .locked, .cancelled: self = .refused
    default: self = .failed
    }
  }

  init(_ reported: Reported) {
    switch reported {
    case .failed: self = .failed
    case .refused: self = .refused
    }
  }

  init(_ result: Summary.Result) {
    switch result {
    case .done: self = .done
    case .failed: self = .failed
    case .refused: self = .refused
    case .partly: self = .someHostsFailed
    }
  }
}
