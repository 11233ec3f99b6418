import ArgumentParser
import Diagnostics
import Operations

/// `hearth certs rotate-encryption`.
struct CertsRotateEncryption: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate-encryption",
    abstract: "Replace the key that encrypts Secrets in etcd, while the cluster serves.",
    discussion: """
      Every API server learns to read the new key, then writes with it; every Secret is written again; the old key is
      removed. Run again after it was stopped it goes on. `hearth certs rotate-ca` does it too. Example:

        hearth certs rotate-encryption
      """.flowing)

  @OptionGroup var consent: ConsentOptions
  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try rackOptions.refuseLimit() }

  func run() async throws {
    let run = try await RackRun.begin(
      "certs rotate-encryption", options: rackOptions, access: access, sink: output.sink())
    let status = await run.finish { run in
      let operation = RotateEncryption(run) { words throws(HearthError) in
        run.pause()
        try Approval(consent, output: output)
          .ask(words, question: "Replace the encryption key?", for: "the change of the encryption key")
      }
      try await operation.run()
    }
    guard status == .done else { throw status }
  }
}
