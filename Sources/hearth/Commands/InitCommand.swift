import ArgumentParser
import Diagnostics
import Foundation
import Inventory

struct InitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented inventory from answers or flags.",
    discussion: """
      Without flags it asks. Example, four boards from 192.168.1.11 on:

        hearth init --name home --first-address 192.168.1.11 --nodes 4 --user pi
      """.flowing
  )

  @Option(help: "Name of the cluster.") var name: String?
  @Option(help: "Address of the first node; the others count up from there.") var firstAddress: String?
  @Option(help: "Addresses of all nodes, separated by commas, in place of --first-address and --nodes.")
  var addresses: String?
  @Option(help: "How many nodes.") var nodes: Int?
  @Option(help: "How many of them carry the control plane: 1, 3 or 5.") var controlPlanes = 1
  @Option(help: "Names: this prefix and a number.") var prefix = "pi"
  @Option(help: "The user to log in as.") var user: String?
  @Flag(help: "sudo asks for a password.") var askSudo = false
  @Option(help: "Key into the hardware catalogue, such as pi4b-8gb.") var hardware: String?
  @Option(help: "Kubernetes version.") var kubernetes: String = KubernetesVersion.current.description
  @Option(name: .shortAndLong, help: "File to write.", completion: .file()) var file = "hearth.yaml"
  @Flag(help: "Replace the file if it exists.") var force = false

  func run() throws {
    guard force || !FileManager.default.fileExists(atPath: file) else {
      throw HearthError(
        .usage, "the file exists already", subject: Subject(file: file),
        hint: "name another with --file, or give --force")
    }
    var draft = InventoryDraft(name: try answer(name, "Name of the cluster", preset: "home"), nodes: [])
    draft.nodes = InventoryDraft.nodes(
      addresses: try nodeAddresses(), prefix: prefix, controlPlanes: controlPlanes)
    draft.user = try answer(user, "User to log in as", preset: "pi")
    draft.sudo = askSudo ? .ask : .passwordless
    draft.hardware = hardware
    guard let version = KubernetesVersion(kubernetes) else {
      throw HearthError(.usage, "`\(kubernetes)` is no Kubernetes version", hint: "write it as in v1.36.2")
    }
    draft.kubernetes = version
    draft.schema = InventorySchema.fileName
    let text = try draft.checkedText(file: file, environment: ProcessInfo.processInfo.environment)
    try TextFile.write(text, to: file)
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    try TextFile.write(InventorySchema.json(), to: folder.appending(path: InventorySchema.fileName).path)
    Terminal.writeError("wrote \(file) with \(draft.nodes.count) nodes; next: hearth check --inventory \(file)\n")
  }

  private func nodeAddresses() throws(HearthError) -> [IPv4Address] {
    if let addresses {
      return try addresses.split(separator: ",").map { word throws(HearthError) in
        try Self.address(word.trimmingCharacters(in: .whitespaces))
      }
    }
    let first = try Self.address(try answer(firstAddress, "Address of the first node", preset: nil))
    let count = try answer(nodes.map(String.init), "How many nodes, with addresses that count up", preset: "1")
    guard let number = Int(count), (1...254).contains(number) else {
      throw HearthError(.usage, "`\(count)` is no number of nodes", hint: "give a number from 1 to 254")
    }
    return InventoryDraft.addresses(from: first, count: number)
  }

  private static func address(_ text: String) throws(HearthError) -> IPv4Address {
    guard let address = IPv4Address(text) else {
      throw HearthError(.usage, "`\(text)` is no IPv4 address", hint: "write it as in 192.168.1.11")
    }
    return address
  }

  private func answer(_ given: String?, _ question: String, preset: String?) throws(HearthError) -> String {
    if let given { return given }
    if Question.canAsk {
      if let line = Question.line(question, default: preset), !line.isEmpty { return line }
    } else if let preset {
      return preset
    }
    throw HearthError(.usage, "\(question.lowercased()): no answer", hint: "give it as a flag; see hearth init --help")
  }
}
