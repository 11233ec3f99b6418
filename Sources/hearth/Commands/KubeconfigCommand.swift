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
      Other clusters, users and contexts in the file stay as they are; a copy of the file is kept. Examples:

        hearth kubeconfig && kubectl get nodes
        hearth kubeconfig --user anna --group view --valid 30d --to anna.kubeconfig

      Kubernetes cannot withdraw a certificate: one for somebody else is valid until it ends, or until
      `hearth certs rotate-ca`.
      """.flowing
  )

  @Flag(name: .long, help: "Print a kubeconfig of its own in place of merging; it holds a private key.")
  var print = false

  @Option(
    help: ArgumentHelp(
      "Make a kubeconfig for this person, and leave yours alone; the name stands in the audit log.", valueName: "name"))
  var user: String?
  @Option(
    help: ArgumentHelp(
      "What --user may do: view all but Secrets (the default), edit what runs, admin for everything.", valueName: "role"
    ))
  var group: PersonalGroup?
  @Option(
    help: ArgumentHelp(
      "How long --user's certificate is valid: days or weeks, at most 365d; 30d unless given.", valueName: "days"))
  var valid: Validity?
  @Option(
    help: ArgumentHelp(
      "File for --user's kubeconfig, readable by you alone; otherwise it is printed.", valueName: "file"),
    completion: .file())
  var to: String?

  @OptionGroup var rackOptions: RackOptions
  @OptionGroup var access: AccessOptions
  @OptionGroup var output: OutputOptions

  func validate() throws {
    try rackOptions.refuseLimit()
    guard let user else {
      for (flag, isGiven) in [("--to", to != nil), ("--group", group != nil), ("--valid", valid != nil)] where isGiven {
        throw ValidationError(
          "\(flag) belongs to --user: your own kubeconfig is for everything, and is renewed by hearth")
      }
      return
    }
    // A colon would make it one of Kubernetes' or hearth's own names.
    guard user.wholeMatch(of: /[A-Za-z0-9]([-A-Za-z0-9._@]{0,62})/) != nil else {
      throw ValidationError("--user takes letters, digits and -._@, at most 63, such as anna or anna@example.org")
    }
    if print, to != nil { throw ValidationError("give either --print or --to") }
  }

  private struct Document: Encodable {
    var context: String
    var file, user, group: String?
    var validDays: Int?
    var kubeconfig: String?
  }

  func run() async throws {
    if let to, FileManager.default.fileExists(atPath: to) {
      throw HearthError(
        .usage, "the file exists already, and may be somebody's only way into a cluster", subject: Subject(file: to),
        hint: "name another with --to, or remove it first")
    }
    let run = try await RackRun.begin("kubeconfig", options: rackOptions, access: access, sink: output.quietSink())
    let status = await run.finish { run in
      var document = Document(context: run.rack.cluster.name)
      if let user {
        let (group, days) = (group ?? .view, valid?.days ?? 30)
        let own = try await run.kubeconfig(of: user, group, days: days)
        (document.user, document.group, document.validDays) = (user, group.rawValue, days)
        if let to {
          try PrivateFile.write(Array(own.reveal().utf8), to: to)
          document.file = to
          if output.output == .text {
            Terminal.writeError("wrote \(to): \(user) may \(group.rawValue) for \(days) days\n")
          }
        } else {
          document.kubeconfig = own.reveal()
        }
      } else if print {
        document.kubeconfig = try await run.adminKubeconfig().reveal()
      } else {
        try await run.mergeKubeconfig()
        document.file = KubeconfigMerge.userFile()
      }
      if output.output == .json { return try JSONSink.write(document, as: .kubeconfig) }
      if let text = document.kubeconfig { Terminal.writeOutput(text) }
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
