import Bootstrap
import Diagnostics
import Inventory
import Provision
import SSH

extension RackRun {
  /// What apt offers on every host in place of the packages that hearth holds back. Without new package lists a host goes
  /// by the old ones, and that is said.
  ///
  /// - Throws: every reason why what is offered may not be taken.
  func packageOffers() async throws -> [PackageOffer] {
    let release = try release
    let held = release.heldPackages(isControlPlane: true)
    guard !held.isEmpty else { return [] }
    events.emit(.note(level: .info, host: nil, text: "Reading package lists"))
    let answers = await Fleet(shells: engine.currentShells, failures: [:])
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
}
