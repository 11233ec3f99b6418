/// What a test pod answers: who it is and whom it saw asking.
///
///     hearth-smoke payload=… pod=… node=… peer=… nonce=…
struct Reply: Sendable, Equatable {
  var payload: String
  var pod: String
  var node: String
  /// The address from which the request came.
  var peer: String
  /// The request's own words, sent back.
  var nonce: String

  /// Finds the line in a response, headers or not; nil when there is none.
  init?(_ text: String) {
    guard let line = text.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix("hearth-smoke ") }) else {
      return nil
    }
    var values: [Substring: String] = [:]
    for word in line.split(separator: " ").dropFirst() {
      guard let sign = word.firstIndex(of: "=") else { continue }
      values[word[..<sign]] = String(word[word.index(after: sign)...])
    }
    guard let payload = values["payload"], let pod = values["pod"], let node = values["node"],
      let peer = values["peer"], let nonce = values["nonce"]
    else { return nil }
    self.payload = payload
    self.pod = pod
    self.node = node
    // busybox writes an IPv4 peer of a socket that serves both families as [::ffff:10.244.1.8].
    let address = peer.hasPrefix("[") && peer.hasSuffix("]") ? peer.dropFirst().dropLast() : peer[...]
    self.peer = String(address.hasPrefix("::ffff:") ? address.dropFirst(7) : address)
    self.nonce = nonce
  }

  /// What a reply must say; absent parts may be anything.
  struct Wanted: Sendable {
    var payload: String
    var nonce: String
    var node: String?
    var peer: String?
  }

  /// nil when the trial's answer is as wanted, else what is wrong with it.
  static func mismatch(_ trial: Trial?, _ wanted: Wanted) -> String? {
    guard let trial else { return "not tried" }
    switch trial.outcome {
    case .failed(let reason): return reason
    case .answered(let text):
      guard let reply = Reply(text) else { return "an answer of something else: \(text.prefix(80))" }
      if reply.payload != wanted.payload { return "payload \(reply.payload) in place of \(wanted.payload)" }
      if reply.nonce != wanted.nonce { return "an answer to another request: \(reply.nonce)" }
      if let node = wanted.node, reply.node != node { return "an answer of the pod on \(reply.node)" }
      if let peer = wanted.peer, reply.peer != peer {
        return "the source address became \(reply.peer) in place of \(peer)"
      }
      return nil
    }
  }
}
