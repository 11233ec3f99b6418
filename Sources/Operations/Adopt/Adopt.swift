import Bootstrap
package import Diagnostics
import Inventory
package import PKI
import Provision
package import SSH

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

  /// Only says what would be taken.
  let isPreview: Bool

  package init(
    _ port: any RackPort, isPreview: Bool = false, mergeKubeconfig: (() async throws -> Void)? = nil
  ) {
    self.port = port
    self.isPreview = isPreview
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
    guard !isPreview else {
      let shown = try view.found.cluster.shownFingerprint.prefix(23)
      return port.note("the rack's keys would be taken from here; authority \(shown)", host: view.host)
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

/// The inventory that a control-plane host keeps. It says where logins, downloads and meters lead: nobody takes a host's
/// word for that unseen.
package struct HostInventory: Sendable, Equatable {
  package var host: String
  /// As the host sent it.
  package var text: String

  static let path = "/etc/hearth/inventory.yaml"
  /// No inventory that a person has written is near it.
  static let largestBytes = 1 << 20

  /// - Throws: ``HearthError`` with code `refused` where there is none, or one that nobody could read.
  package static func read(from shell: any RootShell) async throws(HearthError) -> HostInventory {
    let result = try await shell.run("cat \(path.shellQuoted)")
    let subject = Subject(host: shell.host)
    guard result.status == 0, !result.outputText.isEmpty else {
      throw HearthError(
        .refused, "this host keeps no inventory: it is not a control-plane host, or `hearth up` never ended on it",
        subject: subject, hint: "bring the inventory here yourself, then `hearth adopt --inventory FILE`",
        command: "sudo ls -l /etc/hearth")
    }
    guard result.outputText.utf8.count <= largestBytes else {
      throw HearthError(.refused, "the inventory on this host is too large", subject: subject)
    }
    return HostInventory(host: shell.host, text: result.outputText)
  }

  /// For a person's eyes: what would steer a terminal is replaced.
  package var shownLines: [String] {
    let shown = text.unicodeScalars.map {
      $0.value < 0x20 && $0 != "\n" && $0 != "\t" || $0.value == 0x7F ? "\u{FFFD}" : $0
    }
    return String(String.UnicodeScalarView(shown)).split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
  }
}
