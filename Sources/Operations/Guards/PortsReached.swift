package import Diagnostics
import Inventory
import Provision

extension RackPort {
  /// Before anything is changed: hosts whose ports the others do not reach would only be waited for.
  package func refuseUnreachablePorts() async throws(HearthErrors) {
    let attempts = await Reachability.attempts(rack, shells: shells)
    let findings = Reachability.findings(attempts, rack: rack)
    guard !findings.isEmpty else { return }
    throw HearthErrors(
      findings.map {
        HearthError(
          .unsupported, "\($0.title): \($0.detail)", subject: Subject(host: $0.host, step: "check"), hint: $0.remedy)
      })
  }
}
