import Bootstrap
package import Diagnostics
import Inventory
package import PKI
import Provision

/// This machine becomes one from which a living rack is run.
package struct Adopt: RackOperation {
  package enum Step: Sendable {
    case takeKeys(Authority, from: String)
    case mergeKubeconfig
    /// Says how far the rack is from the inventory.
    case compare
  }

  /// What this machine and the rack hold.
  package struct View: Sendable {
    /// Of this machine.
    var own: Authority?
    var found: Authority
    /// The host that holds it.
    var host: String
  }

  package let port: any RackPort
  /// nil leaves the person's own file alone.
  let mergeKubeconfig: (() async throws -> Void)?

  package init(_ port: any RackPort, mergeKubeconfig: (() async throws -> Void)? = nil) {
    self.port = port
    self.mergeKubeconfig = mergeKubeconfig
  }

  private var store: AuthorityStore { AuthorityStore(folder: "\(port.stateFolder)/pki") }

  package static func steps(_ view: View) -> [Step] {
    [.takeKeys(view.found, from: view.host), .mergeKubeconfig, .compare]
  }

  package func run() async throws {
    let view = try await look()
    if let own = view.own, own.cluster.fingerprint != view.found.cluster.fingerprint,
      !view.found.lineage.contains(own.cluster.fingerprint)
    {
      throw HearthError(
        .refused, "this machine has keys of another cluster under the same name",
        subject: Subject(file: store.folder),
        hint: "move that folder away if the living cluster is the right one")
    }
    try await take(all: Self.steps(view))
  }

  private func look() async throws(HearthError) -> View {
    let own = try store.load()
    for node in port.rack.controlPlane {
      guard let shell = port.shells[node.name] else { continue }
      if let found = try await Authority.load(from: shell) { return View(own: own, found: found, host: node.name) }
    }
    throw HearthError(
      .refused, "no control-plane host that answers holds the keys of a cluster",
      hint: "begin a cluster with `hearth up`, or bring one back from a backup with `hearth restore`")
  }

  package func take(_ step: Step) async throws {
    switch step {
    case .takeKeys(let authority, let host):
      try store.save(authority)
      // As the recovery card begins.
      let shown = try authority.cluster.shownFingerprint.prefix(23)
      port.note("the rack's keys are here now; authority \(shown)", host: host)
    case .mergeKubeconfig: try await mergeKubeconfig?()
    case .compare:
      let plan = try await port.plan(forChange: false)
      port.note(
        plan.changeCount == 0
          ? "the rack is as the inventory says" : "\(plan.changeCount) changes wait: look at them with `hearth plan`")
    }
  }
}
