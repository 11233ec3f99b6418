import Bootstrap
package import Diagnostics
import Inventory
import PKI
import SSH

/// The key that encrypts Secrets at rest is replaced. A run that was ended goes on where it stood: the stage is read from the
/// keys.
package struct RotateEncryption {
  let port: any RackPort
  let approve: ((String) throws(HearthError) -> Void)?

  /// - Parameter approve: sees what will happen; nil where a change of authorities asked already. That has just brought
  ///   every host where it belongs, and the cluster may still settle: nothing is compared then.
  package init(_ port: any RackPort, approve: ((String) throws(HearthError) -> Void)? = nil) {
    self.port = port
    self.approve = approve
  }

  private static let goOn = "`hearth certs rotate-encryption` goes on from here"

  package func run() async throws {
    guard await !port.hasFailures else {
      throw HearthError(
        .refused, "not every host answers: an API server that is left behind could not read the new Secrets",
        hint: "bring them back, or take them out with `hearth node remove`")
    }
    var own = try await port.authority(create: false)
    if approve != nil, own.encryptionStage == .settled {
      try await port.requireOrder(hint: "keys are replaced on a rack that is in order")
    }
    try approve?(Self.summary(own.encryptionStage, planes: port.rack.controlPlane.count))
    let round = try await KeyRound(port, goOn: Self.goOn)
    let store = AuthorityStore(folder: "\(port.stateFolder)/pki")
    try await port.holding(port.hosts) {
      if own.encryptionStage == .settled {
        own = own.advancedEncryption()
        try store.save(own)
      }
      while true {
        let stage = own.encryptionStage
        port.events.emit(.condition(name: "encryption", host: nil, state: .waiting, detail: stage.words))
        try await round.bring(own)
        port.events.emit(.condition(name: "encryption", host: nil, state: .met, detail: stage.words))
        guard stage != .settled else { break }
        if stage == .write { try await rewriteSecrets(key: own.encryptionKeys[0].name) }
        own = own.advancedEncryption()
        try store.save(own)
      }
    }
    port.note(
      "Secrets are encrypted with a new key, and no host holds the old one. Backups from before hold it: take a "
        + "new one (`hearth backup`). On other machines `hearth adopt` fetches the new key")
  }

  private static func summary(_ stage: EncryptionStage, planes: Int) -> String {
    let servers = planes == 1 ? "The API server learns" : "The \(planes) API servers learn, one by one,"
    let begun = stage == .settled ? "" : "This rotation was begun; it goes on. "
    return begun
      + "\(servers) to read a new key, then to write with it; every Secret is written again; the old key is removed."
  }

  private func rewriteSecrets(key: String) async throws {
    let program = try SecretRewriting.program(key: key, release: try port.release)
    let result = try await port.admin().script(program, timeout: .seconds(600))
    guard result.status == 0 else {
      throw HearthError(
        .cluster, "not every Secret could be written with the new key",
        hint: "`hearth certs rotate-encryption` goes on",
        output: result.errorText.split(separator: "\n").suffix(4).map(String.init))
    }
    let count = result.outputText.split(separator: "\n").last.flatMap { Int($0) } ?? 0
    port.events.emit(.condition(name: "secrets", host: nil, state: .met, detail: "\(count) written with \(key)"))
  }
}

extension EncryptionStage {
  fileprivate var words: String {
    switch self {
    case .read: "every API server reads the new key"
    case .write: "every API server writes with the new key"
    case .settled: "only the new key is left"
    }
  }
}
