import ArgumentParser
import Diagnostics
import Operations
import PKI

/// `hearth certs rotate-ca`.
struct CertsRotate: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate-ca",
    abstract: "Replace the authorities that sign everything, while the cluster serves.",
    discussion: """
      The cluster's authority, etcd's, that of the front proxy, and the key that signs tokens. First every host trusts old
      and new, then every certificate is renewed, then the old ones are dropped: control planes one by one, then the
      workers. Run again after it was stopped it goes on. Examples:

        hearth certs rotate-ca
        hearth certs rotate-ca --until trust     # time to give kubeconfigs to other people
      """.flowing)

  @Option(
    help: ArgumentHelp(
      "Stop when old and new are trusted (trust), or when all is made by the new (sign).", valueName: "stage"))
  var until: AuthorityRotation.Stage = .drop
  @Flag(help: "Restart no pods; those that use the API must be restarted before the second round.")
  var leavePods = false
  @OptionGroup var consent: ConsentOptions
  @Flag(name: .long, help: "Leave ~/.kube/config alone.") var skipKubeconfig = false

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws { try rackOptions.refuseLimit() }

  func run() async throws {
    let run = try await RackRun.begin("certs rotate-ca", options: rackOptions, access: access, sink: output.sink())
    let status = await run.finish { run in
      let options = RotateAuthorities.Options(
        until: until, restartsPods: !leavePods,
        afterStage: { if !skipKubeconfig { try await run.mergeKubeconfig() } },
        approve: { words throws(HearthError) in try approve(words, run) })
      try await RotateAuthorities(run, options).run()
    }
    guard status == .done else { throw status }
  }

  private func approve(_ words: String, _ run: RackRun) throws(HearthError) {
    run.pause()
    try Approval(consent, output: output)
      .ask(words, question: "Replace the authorities?", for: "the change of authorities")
  }
}

extension AuthorityRotation.Stage: ExpressibleByArgument {}
