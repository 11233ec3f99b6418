import Artifacts
import Bootstrap
package import Diagnostics
import Foundation
import Inventory
package import PKI
import Provision

/// The authorities of a living cluster are replaced. A run that was ended goes on where it stood: the stage is read from the
/// keys, and hosts that have come to it are left alone.
package struct RotateAuthorities {
  package struct Options {
    /// Ends the run when this stage is complete; the next run goes on.
    var until: AuthorityRotation.Stage
    var restartsPods: Bool
    /// After each stage, such as to keep a kubeconfig that works.
    var afterStage: () async throws -> Void
    var approve: (String) throws(HearthError) -> Void

    package init(
      until: AuthorityRotation.Stage = .drop, restartsPods: Bool = true,
      afterStage: @escaping () async throws -> Void = {}, approve: @escaping (String) throws(HearthError) -> Void
    ) {
      self.until = until
      self.restartsPods = restartsPods
      self.afterStage = afterStage
      self.approve = approve
    }
  }

  let port: any RackPort
  let options: Options

  package init(_ port: any RackPort, _ options: Options) {
    self.port = port
    self.options = options
  }

  private static let goOn = "`hearth certs rotate-ca` goes on from here"

  package func run() async throws {
    guard await !port.hasFailures else {
      throw HearthError(
        .refused, "not every host answers: a host that misses the rotation would reject every certificate afterwards",
        hint: "bring them back, or take them out with `hearth node remove`")
    }
    let own = try await port.authority(create: false)
    let upcoming = AuthorityStore(folder: "\(port.stateFolder)/rotation/next")
    let next = try await nextAuthority(after: own, in: upcoming)
    let rotation = AuthorityRotation(to: next)
    let rack = port.rack
    try options.approve(Self.summary(rotation.stage(of: own), planes: rack.controlPlane.count, nodes: rack.nodes.count))
    try upcoming.save(next)
    let round = try await KeyRound(port, goOn: Self.goOn)
    var isComplete = false
    try await port.holding(port.hosts) {
      do {
        isComplete = try await bring(own, by: rotation, round)
      } catch is Reported {
        throw HearthErrors([HearthError(.cluster, "the change of authorities stopped; see above", hint: Self.goOn)])
      }
    }
    guard isComplete else { return port.note("both old and new authorities are trusted; \(Self.goOn)") }
    // Whoever had the old keys may have had this one, too.
    try await RotateEncryption(port).run()
    try? FileManager.default.removeItem(atPath: "\(port.stateFolder)/rotation")
    port.note(
      "the authorities are new and the old ones count for nothing any more. Backups hold keys: take a new one "
        + "(`hearth backup`). On other machines `hearth adopt` fetches the new keys")
  }

  /// - Returns: whether only the new ones are left.
  private func bring(
    _ own: Authority, by rotation: AuthorityRotation, _ round: KeyRound
  ) async throws -> Bool {
    let store = AuthorityStore(folder: "\(port.stateFolder)/pki")
    var own = own
    while true {
      if let stage = rotation.stage(of: own) {
        try await bring(own, to: stage, round)
        if stage == options.until { return stage == .drop }
      }
      guard let advanced = rotation.advanced(from: own) else { return true }
      try store.save(advanced)
      own = advanced
    }
  }

  private static func summary(_ stage: AuthorityRotation.Stage?, planes: Int, nodes: Int) -> String {
    let hosts = planes == 1 ? "the control plane" : "\(planes) control planes"
    let workers = nodes == planes ? "" : ", then the workers"
    let begun = stage.map { "This rotation was begun and has come to the stage “\($0.rawValue)”. " } ?? ""
    return begun
      + "New authorities replace the old ones in three rounds over \(hosts)\(workers), one by one: all trust both; every certificate is "
      + "renewed; the old ones are dropped. After the first round whatever uses the API in pods is restarted, one "
      + "workload after another. Kubeconfigs that you gave to other people end with the second round."
  }

  /// The keys that remain: those of a rotation that was begun, or new ones.
  private func nextAuthority(after own: Authority, in store: AuthorityStore) async throws -> Authority {
    if let begun = try store.load() { return begun }
    try await port.requireOrder(hint: "authorities are replaced on a rack that is in order")
    return try own.successor(cluster: port.rack.cluster.name)
  }

  private func bring(_ authority: Authority, to stage: AuthorityRotation.Stage, _ round: KeyRound) async throws {
    port.events.emit(.condition(name: "authorities", host: nil, state: .waiting, detail: stage.words))
    // Twice: what a host renewed by itself, while another still had older keys, is found the second time.
    for _ in 1...2 { try await round.bring(authority) }
    let pods = PodCARollout(admin: try port.admin(), events: port.events)
    try await pods.waitUntilPublished()
    switch stage {
    case .trust:
      let mark = RenewedPods(port)
      if options.restartsPods, !mark.isSet {
        try await pods.restart()
        try mark.set()
      }
    case .sign: break
    case .drop: try await pods.forgetOldAuthorities()
    }
    port.events.emit(.condition(name: "authorities", host: nil, state: .met, detail: stage.words))
    try await options.afterStage()
  }
}

/// Pods that use the API were restarted in this rotation.
struct RenewedPods {
  private let path: String

  init(_ port: any RackPort) { path = "\(port.stateFolder)/rotation/pods-restarted" }

  var isSet: Bool { FileManager.default.fileExists(atPath: path) }
  func set() throws(HearthError) { try PrivateFile.write([], to: path) }
  /// The next run restarts them once more.
  func forget() { try? FileManager.default.removeItem(atPath: path) }
}

extension AuthorityRotation.Stage {
  fileprivate var words: String {
    switch self {
    case .trust: "old and new are trusted everywhere"
    case .sign: "every certificate is made by the new ones"
    case .drop: "only the new ones are trusted"
    }
  }
}
