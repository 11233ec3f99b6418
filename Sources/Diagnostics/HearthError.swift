/// Diagnostics: what hearth tells people. One error type for all targets and one stream of typed events; renderers on
/// the command line turn both into a table, plain lines or JSON. Nothing here prints.

/// The one error of hearth: what is wrong, where, and what to do next.
///
/// `message` is a sentence a person understands without the code; `hint` is the next step, an imperative; `command` is
/// what one could type to look at the same thing by hand. No field may ever hold a secret.
package struct HearthError: Error, Sendable, Equatable, Codable {
  package enum Code: String, Sendable, Codable {
    /// Wrong flags or arguments.
    case usage
    /// The inventory cannot be read or makes no sense.
    case inventory
    /// The user said no, or a safety rule did.
    case refused
    /// Somebody else holds the rack.
    case locked
    /// A host cannot be reached.
    case unreachable
    /// A host's key is unknown, changed or revoked.
    case hostKey
    /// Neither key nor password was accepted.
    case authentication
    /// sudo is missing, wants a password, or refused it.
    case privilege
    /// A command on a host failed.
    case remoteCommand
    /// A host lacks what hearth needs.
    case unsupported
    case timedOut
    case cancelled
    /// A download failed.
    case download
    /// Bytes are not those that the lock file names.
    case checksum
    /// Kubernetes, etcd or a node did not come to the wanted state.
    case cluster
    /// Something on the operator's own machine: a file, a folder, a missing program.
    case local
    /// A defect of hearth itself.
    case internalError
  }

  package var code: Code
  package var message: String
  /// Where: each part only if it is known.
  package var subject: Subject
  package var hint: String?
  package var cause: String?
  /// The last lines that the failed program printed.
  package var output: [String]
  /// A command to try by hand.
  package var command: String?

  package init(
    _ code: Code,
    _ message: String,
    subject: Subject = Subject(),
    hint: String? = nil,
    cause: String? = nil,
    output: [String] = [],
    command: String? = nil
  ) {
    self.code = code
    self.message = message
    self.subject = subject
    self.hint = hint
    self.cause = cause
    self.output = output
    self.command = command
  }

  /// The same error, with what is not yet known about its place filled in from `subject`.
  package func at(_ subject: Subject) -> HearthError {
    var copy = self
    copy.subject = self.subject.filled(from: subject)
    return copy
  }
}

/// Several errors found at once, such as all mistakes of an inventory or of all hosts.
package struct HearthErrors: Error, Sendable, Equatable, Codable {
  package var errors: [HearthError]
  package init(_ errors: [HearthError]) { self.errors = errors }
}

extension HearthError: CustomStringConvertible {
  package var description: String {
    let place = subject.description
    return place.isEmpty ? message : "\(place): \(message)"
  }
}
