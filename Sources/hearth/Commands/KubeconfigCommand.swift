import ArgumentParser
import Bootstrap
import Diagnostics
import Foundation
import Inventory
import PKI
import Provision

struct KubeconfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kubeconfig",
    abstract: "Merge the rack's context into your kubeconfig, or print it.",
    discussion: """
      Other clusters, users and contexts in the file stay as they are; a copy of the file is kept. Example:

        hearth kubeconfig && kubectl get nodes
        hearth kubeconfig --user anna --group view --valid 30d --to anna.kubeconfig

      Kubernetes cannot withdraw a certificate: one for somebody else is valid until it ends, or until
      `hearth certs rotate-ca`.
      """.flowing
  )

  @Flag(name: .long, help: "Print a kubeconfig of its own in place of merging; it holds a private key.")
  var print = false

  @Option(help: "Make a kubeconfig for this person, and leave yours alone; the name stands in the audit log.")
  var user: String?
  @Option(help: "What --user may do: view all but Secrets, edit what runs, admin for everything.")
  var group: PersonalGroup = .view
  @Option(help: ArgumentHelp("How long --user's certificate is valid: days or weeks, at most 365d.", valueName: "30d"))
  var valid = Validity(days: 30)
  @Option(help: "File for --user's kubeconfig, readable by you alone; otherwise it is printed.", completion: .file())
  var to: String?

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try rackOptions.refuseLimit()
    guard let user else {
      if to != nil { throw ValidationError("--to belongs to --user") }
      return
    }
    // A colon would make it one of Kubernetes' or hearth's own names.
    guard user.wholeMatch(of: /[A-Za-z0-9]([-A-Za-z0-9._@]{0,62})/) != nil else {
      throw ValidationError("--user takes letters, digits and -._@, at most 63, such as anna or anna@example.org")
    }
    if print, to != nil { throw ValidationError("give either --print or --to") }
  }

  func run() async throws {
    if let to, FileManager.default.fileExists(atPath: to) {
      throw HearthError(
        .usage, "the file exists already, and may be somebody's only way into a cluster", subject: Subject(file: to),
        hint: "name another with --to, or remove it first")
    }
    let run = try await RackRun.begin("kubeconfig", options: rackOptions, access: access, sink: output.quietSink())
    let status = await run.finish { run in
      if let user {
        let own = try await run.kubeconfig(of: user, group, days: valid.days)
        guard let to else { return Terminal.writeOutput(own.reveal()) }
        try PrivateFile.write(Array(own.reveal().utf8), to: to)
        Terminal.writeError("wrote \(to): \(user) may \(group.rawValue) for \(valid.days) days\n")
      } else if print {
        Terminal.writeOutput(try await run.adminKubeconfig().reveal())
      } else {
        try await run.mergeKubeconfig()
      }
    }
    guard status == .done else { throw status }
  }
}

extension PersonalGroup: ExpressibleByArgument {}

/// A time in whole days, written as `30d` or `4w`.
struct Validity: ExpressibleByArgument, CustomStringConvertible {
  var days: Int

  init(days: Int) { self.days = days }

  init?(argument: String) {
    guard let match = argument.wholeMatch(of: /([0-9]{1,3})([dw])/), let number = Int(match.1) else { return nil }
    days = match.2 == "w" ? number * 7 : number
    guard (1...365).contains(days) else { return nil }
  }

  var description: String { "\(days)d" }
}
