/// What one login has tried so far, over all the connections that it takes: sshd ends a connection after a few keys
/// (MaxAuthTries), and an agent may hold more.
struct LoginHistory {
  /// For the message, in the order tried.
  private(set) var tried: [String] = []
  /// Ways out that reading the keys has named.
  private(set) var hints: [String] = []
  private var refused: Set<[UInt8]> = []
  private var failedPassword = false
  /// The host took a key or password and wants a further proof.
  private(set) var partial: String?
  /// The host ended the connection because of too many attempts.
  var wasCut = false
  private var connections = 1

  /// Connections for one login. Each offers some keys more; a host that bans whoever fails often need not be provoked.
  private static let mostConnections = 4

  /// Whether a further connection has something left to try, and may.
  mutating func mayGoOn() -> Bool {
    guard wasCut, connections < Self.mostConnections else { return false }
    wasCut = false
    connections += 1
    return true
  }

  func mayTry(_ key: [UInt8]) -> Bool { !refused.contains(key) }
  var mayTryPassword: Bool { !failedPassword }

  mutating func refuse(_ key: [UInt8], _ label: String) {
    refused.insert(key)
    tried.append("\(label): not accepted")
  }

  mutating func refusePassword() {
    failedPassword = true
    tried.append("password: not accepted")
  }

  mutating func tookPart(_ key: [UInt8], _ label: String) {
    refused.insert(key)
    partial = label
    failedPassword = false
    tried.append("\(label): accepted, but the host wants a further proof")
  }

  mutating func skip(_ label: String, _ reason: String, hint: String? = nil) {
    let line = label.isEmpty ? reason : "\(label): \(reason)"
    if !tried.contains(line) { tried.append(line) }
    if let hint, !hints.contains(hint) { hints.append(hint) }
  }

  /// The list for a message; a long one is cut.
  var summary: String {
    if tried.isEmpty { return "No key or password was there to try." }
    let shown = tried.prefix(8).joined(separator: "; ")
    return "Tried: \(shown)\(tried.count > 8 ? "; and \(tried.count - 8) more" : "")."
  }
}
