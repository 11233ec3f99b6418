import Diagnostics
import Templates
import Untrusted

extension TestPlan {
  func webAssemblyName(_ node: String) -> String { "wasm-\(expectation.nodes.firstIndex(of: node) ?? -1)" }

  /// Values for the template of objects.
  var webAssemblyPods: [[String: String?]] {
    members.compactMap { member in
      guard let images = member.webAssembly else { return nil }
      return [
        "name": webAssemblyName(member.node), "node": member.node, "namespace": namespace, "module": images.module,
        "component": images.component, "web": images.web, "native": member.image,
        "wasi3": images.wasi3,
      ]
    }
  }

  var webAssemblyPodsProgram: String {
    access.get("/api/v1/namespaces/\(namespace)/pods?labelSelector=app%3Dhearth-smoke-wasm")
  }

  struct WebAssemblyTarget: Sendable {
    var pod: String
    var address: String?
    var service: String?
  }

  /// Runs on the pod's own host.
  func webAssemblyProgram(_ target: WebAssemblyTarget) throws(HearthError) -> String {
    try Template("smoke/wasm-trial.sh").render([
      "pod": target.pod, "namespace": namespace, "address": target.address ?? "", "service": target.service ?? "",
      "patience": Int(nearest: options.patience.inSeconds * 100),
    ])
  }
}

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
