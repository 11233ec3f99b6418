import ArgumentParser
import Artifacts
import Diagnostics
import Foundation
import Inventory
import Untrusted
import VirtualRack

struct LabUp: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "up", abstract: "Start virtual hosts and write the inventory that `hearth up` takes.")

  @OptionGroup var options: LabOptions
  @Option(help: ArgumentHelp("How many hosts.", valueName: "count")) var nodes = 4
  @Option(help: ArgumentHelp("How many of them carry the control plane: 1, 3 or 5.", valueName: "count"))
  var controlPlanes = 1
  @Option(help: ArgumentHelp("Memory of each host, such as 2G.", valueName: "size")) var memory: String?
  @Option(
    help: ArgumentHelp(
      "Size of a disk of its own for each host, such as 4G, which can then be filled.", valueName: "size")) var disk:
    String?
  @Option(
    help: ArgumentHelp(
      """
      Kubernetes version for the inventory, from the folder $HEARTH_ARTIFACTS. Otherwise $HEARTH_KUBERNETES, v1.20.2 where \
      the folder has it, or its newest.
      """, valueName: "version"))
  var kubernetes: String?
  @Flag(help: "Give the hosts a Raspberry Pi's files: model, serial number, cmdline.txt, vcgencmd.") var pi = false
  @Option(name: .shortAndLong, help: ArgumentHelp("The inventory to write.", valueName: "path"), completion: .file())
  var file = "hearth.yaml"
  @Flag(help: "Write no inventory.") var noInventory = false
  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (1...200).contains(nodes) else { throw ValidationError("--nodes takes a number from 1 to 200") }
    guard controlPlanes > 0, controlPlanes % 2 == 1, controlPlanes <= nodes else {
      throw ValidationError("--control-planes takes an odd number up to --nodes")
    }
  }

  func run() async throws {
    let started = ContinuousClock.now
    let host = VirtualHostOptions(
      memoryBytes: try memory.map(Self.bytes), diskBytes: try disk.map(Self.bytes),
      piModel: pi ? VirtualHostOptions.pi4Model : nil)
    let rack = options.rack
    let events: any EventSink =
      output.output == .json ? JSONSink() : PlainSink(lines: PlainLines(style: Terminal().style))
    if !noInventory {
      try refuseForeignFile()
      _ = try software()
    }
    try await rack.prepare(events: events)
    let hosts = try await rack.up(nodes: nodes, options: host, events: events)
    let seconds = LiveTable.seconds(ContinuousClock.now - started)
    if output.output == .text {
      Terminal.writeError("\(hosts.count) virtual hosts are up (\(Quantity.seconds(seconds)))\n")
    }
    if !noInventory { try writeInventory(hosts, rack) }
    if output.output == .json {
      try JSONSink.write(LabDocument(options.name, hosts), as: .lab)
      events.emit(.summary(Summary(command: "lab up", result: .done, seconds: seconds)))
    }
  }

  private func software() throws(HearthError) -> LabSoftware {
    let wanted = kubernetes ?? ProcessInfo.processInfo.environment["HEARTH_KUBERNETES"]
    guard let architecture = Architecture.ofThisMachine else {
      throw HearthError(.unsupported, "there is no Kubernetes for this machine's processor")
    }
    return try LabSoftware(wanted: wanted, folder: LabArtifacts.folder, architecture: architecture)
  }

  private func writeInventory(_ hosts: [VirtualHost], _ rack: VirtualRack) throws {
    let software = try software()
    let nodes = InventoryDraft.nodes(addresses: hosts.map(\.address), controlPlanes: controlPlanes)
    var draft = InventoryDraft.lab(
      name: options.name, nodes: nodes, user: VirtualRack.user, identityFile: rack.keyFile,
      knownHosts: rack.knownHostsFile, kubernetes: software.kubernetes, dns: software.dns,
      artifacts: .folder(LabArtifacts.folder))
    draft.versions = software.versions
    draft.schema = InventorySchema.fileName
    let environment = ProcessInfo.processInfo.environment
    let text = try draft.checkedText(file: file, environment: environment)
    if let old = try? InventoryFile.load(path: file, environment: environment),
      Self.isSame(old, try InventoryFile.decode(text: text, file: file, environment: environment))
    {
      return Terminal.writeError("\(file) is this rack's already, and stays as it is\n")
    }
    try TextFile.write(text, to: file)
    let folder = URL(fileURLWithPath: file).deletingLastPathComponent()
    try TextFile.write(InventorySchema.json(), to: folder.appending(path: InventorySchema.fileName).path)
    Terminal.writeError("wrote \(file); next: hearth up\(file == "hearth.yaml" ? "" : " --inventory \(file)")\n")
  }

  /// Whether what somebody may have added to an inventory still fits the hosts: they and what they run are the same.
  static func isSame(_ one: Rack, _ other: Rack) -> Bool {
    func hosts(_ rack: Rack) -> [String] {
      rack.nodes.map { node in
        let roles = node.roles.map(\.rawValue).sorted()
        return "\(node.name) \(node.address) \(roles) \(node.ssh.identityFiles) \(node.ssh.knownHosts)"
      }
    }
    return hosts(one) == hosts(other) && one.lab == other.lab && one.cluster.kubernetes == other.cluster.kubernetes
      && one.cluster.versions == other.cluster.versions
  }

  /// A file that is not this virtual rack's inventory is somebody's work and stays.
  private func refuseForeignFile() throws {
    guard FileManager.default.fileExists(atPath: file) else { return }
    let rack = try? InventoryFile.load(path: file, environment: ProcessInfo.processInfo.environment)
    guard rack?.lab != options.name else { return }
    throw HearthError(
      .usage, "the file exists and is not the inventory of virtual rack \(options.name)", subject: Subject(file: file),
      hint: "name another with --file, or give --no-inventory")
  }

  /// `512M`, `2G`: powers of two, as memory is sold.
  private static func bytes(_ text: String) throws(HearthError) -> Int {
    let units: [Character: Int] = ["K": 1 << 10, "M": 1 << 20, "G": 1 << 30]
    guard let unit = text.last.flatMap({ units[$0] }), let number = Int(checked: text.dropLast(), in: 1...1 << 40),
      let bytes = number.times(unit)
    else {
      throw HearthError(.usage, "`\(text)` is not a size", hint: "write it as in 512M or 2G")
    }
    return bytes
  }
}
