package import Diagnostics
import Inventory
import Preflight
package import Provision

extension RackPort {
  /// Before Services get addresses that they did not have before: one that somebody in the LAN has would be fought over.
  package func refuseTakenAddresses(_ plan: Plan) async throws(HearthErrors) {
    let pool = Resource.fileID("/etc/hearth/lb/pool")
    guard plan.phases.contains(where: { $0.hosts.values.contains { $0.contains { $0.id == pool } } }) else { return }
    let findings = await AddressProbe.findings(rack, shells: shells)
    guard !findings.isEmpty else { return }
    throw HearthErrors(
      findings.map {
        HearthError(.unsupported, "\($0.title): \($0.detail)", subject: Subject(step: "check"), hint: $0.remedy)
      })
  }
}
