package import Bootstrap
import Diagnostics
import Inventory
import Provision
import SSH

extension RackPort {
  /// What apt offers on every host in place of the packages that hearth holds back. Without new package lists a host goes
  /// by the old ones, and that is said.
  ///
  /// - Throws: every reason why what is offered may not be taken.
  package func packageOffers() async throws -> [PackageOffer] {
    let release = try release
    let held = release.heldPackages(isControlPlane: true)
    guard !held.isEmpty else { return [] }
    note("Reading package lists")
    let answers = await Fleet(shells: shells, failures: [:])
      .run(try PackageOffers.program(held), timeout: .seconds(300))
    var offers: [PackageOffer] = []
    for node in rack.nodes {
      guard let answer = answers[node.name] else { continue }
      let own = PackageOffers(host: node.name, output: try answer.get().outputText)
      if let reason = own.staleness {
        let text = "package lists could not be read, so the old ones count: \(reason)"
        events.emit(.note(level: .warning, host: node.name, text: text))
      }
      let wanted = release.heldPackages(isControlPlane: node.roles.contains(.controlPlane))
      offers += own.offers.filter { wanted.contains($0.name) }
    }
    let objections = release.objections(to: offers)
    guard objections.isEmpty else { throw HearthErrors(objections) }
    return offers
  }

  /// Before hosts are made members of etcd: those that would get an older one than the members have are refused while
  /// nothing has been done to them.
  ///
  /// - Parameter areCleaned: the hosts lose what is installed on them before.
  package func checkJoins(of joining: [String], view: ClusterView, areCleaned: Bool = false) async throws {
    let facts = survey.facts
    func installed(_ node: String) -> String? { facts[node]?.packages["etcd-server"] }
    let members = view.members.map(\.name).filter { !joining.contains($0) }.compactMap(installed)
    guard try release.source == .debian, !members.isEmpty, !joining.isEmpty else { return }
    let asked = shells.filter { joining.contains($0.key) && (areCleaned || installed($0.key) == nil) }
    let answers = await Fleet(shells: asked, failures: [:])
      .run(try PackageOffers.program(["etcd-server"]), timeout: .seconds(300))
    let objections = joining.compactMap { node in
      let answer = answers[node].flatMap { try? $0.get() }
      let offers = answer.map { PackageOffers(host: node, output: $0.outputText) }
      return KubernetesRelease.objection(
        joining: node, installed: areCleaned ? nil : installed(node), candidate: offers?.candidates["etcd-server"],
        members: members)
    }
    guard objections.isEmpty else { throw HearthErrors(objections) }
  }
}
