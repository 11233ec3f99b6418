/// Everything that a smoke test's pods and probes brought back, and what they should have brought back.
package struct TrialResults: Sendable, Equatable {
  /// What this run asks for.
  package struct Expectation: Sendable, Equatable {
    /// Served by every test pod.
    package var payload: String
    /// Part of every request, so that no answer can come from a cache or another run.
    package var nonce: String
    /// Stored in the cluster, readable with the test's service account only.
    package var secretPayload: String
    /// Nodes that take part, in order; test pods and Services are numbered by the place in this list.
    package var nodes: [String]

    package init(payload: String, nonce: String, secretPayload: String, nodes: [String]) {
      self.payload = payload
      self.nonce = nonce
      self.secretPayload = secretPayload
      self.nodes = nodes
    }
  }

  package var expectation: Expectation
  /// By node name.
  package var pods: [String: TestPod]
  /// By node name, then by label.
  package var fromPod: [String: [String: Trial]]
  package var fromHost: [String: [String: Trial]]
  /// By the node whose NodePort was tried; every attempt counts.
  package var fromOutside: [String: [Trial]]
  package var logs: [String: Trial]
  package var exec: [String: Trial]
  package var portForward: [String: Trial]
  package var rollout: Rollout?
  /// By label: `written`, with the node, and `read`.
  package var storage: [String: Trial]
  /// Nil where it was not tried.
  package var balanced: BalancedService?
  /// By node name.
  package var webAssembly: [String: WebAssemblyTrial]
  /// By node name: why a node takes no part.
  package var absent: [String: String]

  package init(expectation: Expectation) {
    self.expectation = expectation
    pods = [:]
    fromPod = [:]
    fromHost = [:]
    fromOutside = [:]
    logs = [:]
    exec = [:]
    portForward = [:]
    storage = [:]
    webAssembly = [:]
    absent = [:]
  }
}

/// One thing that was tried, until it worked or patience ended.
package struct Trial: Sendable, Equatable {
  package enum Outcome: Sendable, Equatable {
    /// There was an answer; whether it is the right one is judged later.
    case answered(String)
    case failed(String)
  }

  package var outcome: Outcome
  package var seconds: Double

  package init(_ outcome: Outcome, seconds: Double = 0) {
    self.outcome = outcome
    self.seconds = seconds
  }
}

/// One test pod as the API server last described it.
package struct TestPod: Sendable, Equatable {
  package var ready: Bool
  package var address: String?
  /// Why it does not run, if it does not.
  package var trouble: String?
  /// True when waiting longer cannot help, such as for an image that is not there.
  package var hopeless: Bool

  package init(ready: Bool, address: String? = nil, trouble: String? = nil, hopeless: Bool = false) {
    self.ready = ready
    self.address = address
    self.trouble = trouble
    self.hopeless = hopeless
  }
}

/// A Deployment that went from one payload to another while it was asked without pause.
package struct Rollout: Sendable, Equatable {
  /// Answers with the payload before and after.
  package var old: Int
  package var new: Int
  /// Requests that were not answered, and answers that were neither.
  package var failed: Int
  package var firstFailure: String?
  /// What `kubectl rollout status` said; nil when it succeeded.
  package var trouble: String?
  package var seconds: Double

  package init(
    old: Int, new: Int, failed: Int, firstFailure: String? = nil, trouble: String? = nil, seconds: Double = 0
  ) {
    self.old = old
    self.new = new
    self.failed = failed
    self.firstFailure = firstFailure
    self.trouble = trouble
    self.seconds = seconds
  }
}
