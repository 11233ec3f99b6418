/// What is asked of a server.
package enum HTTPMethod: Sendable {
  case get
  case head
  /// With a form as its body, or nothing.
  case post
  /// With a file as its body.
  case put

  /// Follows redirects; what changes something on a server does not.
  var isReading: Bool { self == .get || self == .head }
}
