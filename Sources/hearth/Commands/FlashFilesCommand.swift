import ArgumentParser
import Diagnostics
import Foundation
import Inventory
import Preflight
import Provision

struct FlashFilesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flash-files",
    abstract: "Write the files that a fresh card carries to its first start: name, login, network.",
    discussion: """
      Write the card with Raspberry Pi Imager and no customisation, then give the folder of its boot partition: user-data,
      network-config and meta-data of cloud-init are put there, and its cmdline.txt gets the memory control group. Example:

        hearth flash-files pi3 --to /media/me/bootfs --gateway 192.168.1.1
      """.flowing)

  @Argument(help: "The node.") var node: String
  @Option(
    help: ArgumentHelp("Folder of the card's boot partition, or any other.", valueName: "folder"),
    completion: .directory) var to: String
  @Option(
    help: ArgumentHelp(
      "Public key that may log in; by default that of the node's identity file, or yours.", valueName: "file"),
    completion: .file())
  var key: [String] = []
  @Option(
    help: ArgumentHelp(
      "The router's address: the node gets its address fixed. Without it the router must give it.", valueName: "address"
    ))
  var gateway: String?
  @Option(help: ArgumentHelp("Bits of the network that the address is in.", valueName: "bits")) var prefix = 24
  @Option(help: ArgumentHelp("Name server of a fixed address; by default the router.", valueName: "address"))
  var resolver: String?
  @Flag(help: "Replace files that are there.") var force = false
  @OptionGroup var rackOptions: RackOptions

  func validate() throws { try rackOptions.refuseLimit() }

  func run() throws {
    let rack = try rackOptions.load()
    guard let node = rack.node(node) else {
      throw HearthError(
        .usage, "the inventory has no node named \(node)",
        hint: "it has \(rack.nodes.map(\.name).joined(separator: ", "))")
    }
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: to, isDirectory: &isFolder), isFolder.boolValue else {
      throw HearthError(
        .usage, "there is no such folder", subject: Subject(file: to), hint: "mount the card's boot partition")
    }
    let id = String(UInt32.random(in: .min ... .max), radix: 36)
    let flash = try FlashFiles(node: node, keys: try keys(node), fixed: try fixed(node), id: id)
    let folder = URL(fileURLWithPath: to)
    if !force {
      for name in flash.files.keys.sorted() {
        let path = folder.appending(path: name).path
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        // The images come with examples, all of it comments.
        let isExample = text.split(whereSeparator: \.isNewline).allSatisfy {
          $0.hasPrefix("#") || $0.hasPrefix("instance-id")
        }
        guard isExample else {
          throw HearthError(
            .usage, "the file exists already", subject: Subject(file: path), hint: "give --force to replace it")
        }
      }
    }
    let cmdline = folder.appending(path: "cmdline.txt")
    if let data = try? Data(contentsOf: cmdline), let after = try FlashFiles.commandLine(Array(data)) {
      do {
        try Data(after).write(to: cmdline)
      } catch {
        throw HearthError(
          .local, "the file cannot be written", subject: Subject(file: cmdline.path), cause: error.localizedDescription)
      }
    }
    for (name, text) in flash.files.sorted(by: { $0.key < $1.key }) {
      try TextFile.write(text, to: folder.appending(path: name).path)
    }
    let address = gateway == nil ? "the router must give it \(node.address)" : "at \(node.address)"
    Terminal.writeError(
      "wrote user-data, network-config and meta-data for \(node.name), \(address); next: start the board\n")
  }

  private func keys(_ node: Node) throws(HearthError) -> [String] {
    let home = ProcessInfo.processInfo.environment["HOME"] ?? "/root"
    let usual = ["id_ed25519", "id_ecdsa", "id_rsa"].map { "\(home)/.ssh/\($0)" }
    let own = node.ssh.identityFiles.isEmpty ? usual : node.ssh.identityFiles
    let paths =
      key.isEmpty
      ? own.map { "\($0).pub" }.filter { FileManager.default.fileExists(atPath: $0) }.prefix(1).map(\.self) : key
    var keys: [String] = []
    for path in paths {
      guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
        throw HearthError(.usage, "the key cannot be read", subject: Subject(file: path))
      }
      keys += text.split(whereSeparator: \.isNewline).map(String.init)
    }
    return keys
  }

  private func fixed(_ node: Node) throws(HearthError) -> FlashFiles.FixedAddress? {
    guard let gateway else { return nil }
    guard let router = IPv4Address(gateway), (8...30).contains(prefix) else {
      throw HearthError(
        .usage, "`\(gateway)/\(prefix)` is not a router of a network",
        hint: "write it as in --gateway 192.168.1.1 --prefix 24")
    }
    guard NetworkInterface.Address(node.address, prefix: prefix).isOnLink(router) else {
      throw HearthError(.usage, "\(router) is not in the network of \(node.address)/\(prefix)", hint: "give --prefix")
    }
    guard let server = resolver.map({ IPv4Address($0) }) ?? router else {
      throw HearthError(.usage, "`\(resolver ?? "")` is not an IPv4 address")
    }
    return .init(gateway: router, prefix: prefix, resolver: server)
  }
}
