import ArgumentParser
import Cost
import Diagnostics
import Foundation
import Inventory
import Untrusted

struct InitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a commented inventory from answers or flags.",
    discussion: """
      Without flags it asks. Examples: four boards from 192.168.1.11 on; hosts of this network to choose from; names that
      boards announce themselves by:

        hearth init --name home --first-address 192.168.1.11 --nodes 4 --user pi
        hearth init --scan
        hearth init --addresses pi1.local,pi2.local
      """.flowing
  )

  @Option(help: ArgumentHelp("Name of the cluster.", valueName: "cluster")) var name: String?
  @Option(help: ArgumentHelp("Address of the first node; the others count up from there.", valueName: "address"))
  var firstAddress: String?
  @Option(
    help: ArgumentHelp(
      "Addresses of all nodes, separated by commas, in place of --first-address and --nodes; or names in .local.",
      valueName: "list"))
  var addresses: String?
  @Flag(help: "Look for SSH hosts on the networks of this machine, and let a person choose.") var scan = false
  @Option(
    help: ArgumentHelp(
      "With --scan: a network to look at in place of these, such as 192.168.1.0/24; may be given several times.",
      valueName: "cidr"))
  var network: [String] = []
  @Option(help: ArgumentHelp("How many nodes.", valueName: "count")) var nodes: Int?
  @Option(help: ArgumentHelp("How many of them carry the control plane: 1, 3 or 5.", valueName: "count"))
  var controlPlanes = 1
  @Option(help: ArgumentHelp("Names: this prefix and a number.", valueName: "text")) var prefix = "pi"
  @Option(help: ArgumentHelp("The user to log in as.", valueName: "login")) var user: String?
  @Flag(help: "sudo asks for a password.") var askSudo = false
  @Option(help: ArgumentHelp("Key into the hardware catalogue, such as pi4b-8gb.", valueName: "model")) var hardware:
    String?
  @Option(help: ArgumentHelp("Kubernetes version.", valueName: "version"), completion: Completions.versions)
  var kubernetes: String = KubernetesVersion
    .current.description
  @Option(name: .shortAndLong, help: ArgumentHelp("File to write.", valueName: "path"), completion: .file()) var file =
    "hearth.yaml"
  @Flag(help: "Replace the file if it exists.") var force = false

  func validate() throws {
    if addresses != nil, nodes != nil || firstAddress != nil {
      throw ValidationError("--addresses names all nodes: leave out --nodes and --first-address")
    }
    guard [1, 3, 5].contains(controlPlanes) else { throw ValidationError("--control-planes takes 1, 3 or 5") }
    if scan, addresses != nil || firstAddress != nil || nodes != nil {
      throw ValidationError("--scan finds the addresses: leave out --addresses, --first-address and --nodes")
    }
    if !scan, !network.isEmpty { throw ValidationError("--network is for --scan") }
  }

  func run() async throws {
    guard force || !FileManager.default.fileExists(atPath: file) else {
      throw HearthError(
        .usage, "the file exists already", subject: Subject(file: file),
        hint: "name another with --file, or give --force")
    }
    var draft = InventoryDraft(name: try answer(name, "Name of the cluster", preset: "home", Self.name), nodes: [])
    let places: [IPv4Address]
    if scan {
      // Logins need it.
      draft.user = try answer(user, "User to log in as", preset: "pi", Self.user)
      places = try await HostSearch(user: draft.user, networks: network).choose()
    } else {
      places = try await nodeAddresses()
    }
    guard places.count >= controlPlanes else {
      throw HearthError(
        .usage,
        "\(controlPlanes) control planes need as many nodes, and there \(places.count == 1 ? "is 1" : "are \(places.count)")",
        hint: "give more --nodes, or --control-planes 1")
    }
    draft.nodes = InventoryDraft.nodes(addresses: places, prefix: prefix, controlPlanes: controlPlanes)
    if !scan { draft.user = try answer(user, "User to log in as", preset: "pi", Self.user) }
    draft.sudo = askSudo ? .ask : draft.user == "root" ? .none : .passwordless
    if let hardware, try !HardwareCatalogue.embedded().models.contains(hardware) {
      throw HearthError(
        .usage, "--hardware: the catalogue has no `\(hardware)`",
        hint: "use one of \(try HardwareCatalogue.embedded().models.joined(separator: ", ")), or leave it out")
    }
    draft.hardware = hardware
    let version = try KubernetesChoice.version(kubernetes)
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
    if let warning = try KubernetesChoice.warning(version) { Terminal.writeError(warning + "\n") }
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

  private func nodeAddresses() async throws(HearthError) -> [IPv4Address] {
    let search = HostSearch(user: user ?? "nobody", networks: [])
    if let addresses {
      return try await search.addresses(
        addresses.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }, Self.address)
    }
    while true {
      let first = try answer(firstAddress, "Address of the first node", preset: nil, Self.address)
      let number = try answer(
        nodes.map(String.init), "How many nodes, with addresses that count up", preset: "1", Self.count)
      let last = Int(first.bits & 255) + number - 1
      guard last <= 254 else {
        throw HearthError(
          .usage, "\(number) addresses that count up from \(first) would pass the end of its network",
          hint: "begin lower, or name them all with --addresses")
      }
      let all = InventoryDraft.addresses(from: first, count: number)
      // Who gave both as flags, or sits at no terminal, may be about to switch them on.
      guard Question.canAsk, firstAddress == nil || nodes == nil, try await search.wantsOthers(all) else { return all }
    }
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

  static func address(_ text: String) throws(HearthError) -> IPv4Address {
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
