import ArgumentParser
import Diagnostics
import Foundation
import Inventory
import Untrusted

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
  @Option(help: "Kubernetes version.", completion: Completions.versions) var kubernetes: String = KubernetesVersion
    .current.description
  @Option(name: .shortAndLong, help: "File to write.", completion: .file()) var file = "hearth.yaml"
  @Flag(help: "Replace the file if it exists.") var force = false

  func run() throws {
    guard force || !FileManager.default.fileExists(atPath: file) else {
      throw HearthError(
        .usage, "the file exists already", subject: Subject(file: file),
        hint: "name another with --file, or give --force")
    }
    var draft = InventoryDraft(name: try answer(name, "Name of the cluster", preset: "home", Self.name), nodes: [])
    draft.nodes = InventoryDraft.nodes(
      addresses: try nodeAddresses(), prefix: prefix, controlPlanes: controlPlanes)
    draft.user = try answer(user, "User to log in as", preset: "pi", Self.user)
    draft.sudo = askSudo ? .ask : .passwordless
    draft.hardware = hardware
    guard let version = KubernetesVersion(kubernetes) else {
      throw HearthError(.usage, "`\(kubernetes)` is not a Kubernetes version", hint: "write it as in v1.36.2")
    }
    if let release = ReleaseTable.embedded.release(of: version), !release.takesNewRacks {
      throw HearthError(
        .usage, "Kubernetes \(version) gets no updates since \(release.ends): no new rack is made with it",
        hint: "take \(KubernetesVersion.current), or a release of \(KubernetesVersion.supportedList)")
    }
    draft.kubernetes = version
    draft.schema = InventorySchema.fileName
    let text = try draft.checkedText(file: file, environment: ProcessInfo.processInfo.environment)
    try TextFile.write(text, to: file)
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    try TextFile.write(InventorySchema.json(), to: folder.appending(path: InventorySchema.fileName).path)
    let ignored = folder.appending(path: ".gitignore").path
    // What people have written there is theirs.
    if !FileManager.default.fileExists(atPath: ignored) { try TextFile.write(Self.ignored, to: ignored) }
    Terminal.writeError("wrote \(file) with \(draft.nodes.count) nodes; next: hearth check --inventory \(file)\n")
  }

  /// hearth writes none of these here by itself; people who keep copies beside the inventory do.
  private static let ignored = """
    # What does not belong in a repository: access to the cluster, its backups, values of the environment.
    kubeconfig
    *.kubeconfig
    *.tar.age
    .env

    """

  private func nodeAddresses() throws(HearthError) -> [IPv4Address] {
    if let addresses {
      return try addresses.split(separator: ",").map { word throws(HearthError) in
        try Self.address(word.trimmingCharacters(in: .whitespaces))
      }
    }
    let first = try answer(firstAddress, "Address of the first node", preset: nil, Self.address)
    let number = try answer(
      nodes.map(String.init), "How many nodes, with addresses that count up", preset: "1", Self.count)
    return InventoryDraft.addresses(from: first, count: number)
  }

  private static func count(_ text: String) throws(HearthError) -> Int {
    guard let number = Int(checked: text), (1...254).contains(number) else {
      throw HearthError(.usage, "`\(text)` is not a number of nodes", hint: "give a number from 1 to 254")
    }
    return number
  }

  private static func name(_ text: String) throws(HearthError) -> String {
    guard text.wholeMatch(of: /[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?/) != nil else {
      throw HearthError(
        .usage, "`\(text)` cannot be the name of a cluster",
        hint: "use lower-case letters, digits and hyphens, at most 63")
    }
    return text
  }

  private static func user(_ text: String) throws(HearthError) -> String {
    guard text.wholeMatch(of: /[a-zA-Z_][-a-zA-Z0-9_.]{0,31}/) != nil else {
      throw HearthError(.usage, "`\(text)` is not a Unix user name", hint: "write it as in pi")
    }
    return text
  }

  private static func address(_ text: String) throws(HearthError) -> IPv4Address {
    guard let address = IPv4Address(text) else {
      throw HearthError(.usage, "`\(text)` is not an IPv4 address", hint: "write it as in 192.168.1.11")
    }
    return address
  }

  /// Asks until the answer makes sense; what was answered before stays.
  private func answer<Value>(
    _ given: String?, _ question: String, preset: String?, _ read: (String) throws(HearthError) -> Value
  ) throws(HearthError) -> Value {
    if let given { return try read(given) }
    if Question.canAsk {
      while let line = Question.line(question, default: preset) {
        do throws(HearthError) {
          if !line.isEmpty { return try read(line) }
        } catch {
          Terminal.writeError("\(error.message)\(error.hint.map { ": \($0)" } ?? "")\n")
        }
      }
    } else if let preset {
      return try read(preset)
    }
    throw HearthError(.usage, "\(question.lowercased()): no answer", hint: "give it as a flag; see hearth init --help")
  }
}
