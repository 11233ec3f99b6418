/// What a node's WebAssembly pod brought back.
package struct WebAssemblyTrial: Sendable, Equatable {
  package var pod: TestPod
  /// By label: `process.module`, `process.component`, `process.native`, `process.web` are command lines read from `/proc`
  /// of the host; `log.module`, `log.component` what they said; `pod` and `service` what the HTTP service answered.
  package var trials: [String: Trial]

  package init(pod: TestPod, trials: [String: Trial] = [:]) {
    self.pod = pod
    self.trials = trials
  }
}
