package import Diagnostics
package import Inventory
import Provision
import Templates

/// The files that a freshly written card carries to its first start: cloud-init's, as Raspberry Pi Imager leaves them on
/// the boot partition, so that the board comes up with its node's name, its login and its network.
package struct FlashFiles: Sendable {
  package struct FixedAddress: Sendable, Equatable {
    package var gateway: IPv4Address
    package var prefix: Int
    package var resolver: IPv4Address
    package init(gateway: IPv4Address, prefix: Int, resolver: IPv4Address) {
      self.gateway = gateway
      self.prefix = prefix
      self.resolver = resolver
    }
  }

  /// File name to content.
  package let files: [String: String]

  /// - Parameters:
  ///   - keys: public keys that may log in, each a line as `id_ed25519.pub` holds it.
  ///   - fixed: nil lets the router give the address.
  ///   - id: another one makes cloud-init begin again on a card that has started before.
  /// - Throws: ``HearthError`` for a key that is none, or a user who needs no such files.
  package init(node: Node, keys: [String], fixed: FixedAddress?, id: String) throws(HearthError) {
    guard node.ssh.user != "root" else {
      throw HearthError(
        .usage, "\(node.name) is logged in to as root, for whom Raspberry Pi OS makes no login", subject: node.source,
        hint: "set `ssh: {user: pi}` in the inventory")
    }
    guard node.ssh.user.wholeMatch(of: /[a-z_][a-z0-9_-]{0,31}/) != nil else {
      throw HearthError(
        .usage, "`\(node.ssh.user)` is not a login name that Raspberry Pi OS makes", subject: node.source,
        hint: "use small letters, digits and hyphens")
    }
    guard !keys.isEmpty else {
      throw HearthError(.usage, "there is no public key to put on the card", hint: "make one: ssh-keygen -t ed25519")
    }
    let quoted = try keys.map { key throws(HearthError) in try Self.checked(key) }
    let network: [String: Any?] = [
      "name": node.name,
      "fixed": fixed.map { fixed in
        [
          "address": node.address.description, "prefix": fixed.prefix, "gateway": fixed.gateway.description,
          "resolver": fixed.resolver.description,
        ] as [String: Any?]
      },
      "leased": fixed == nil ? ["address": node.address.description] : nil,
    ]
    files = [
      "user-data": try Template("flash/user-data.txt").render([
        "name": node.name, "user": node.ssh.user, "keys": quoted,
      ]),
      "network-config": try Template("flash/network-config.txt").render(network),
      "meta-data": try Template("flash/meta-data.txt").render(["name": node.name, "id": id]),
    ]
  }

  /// A public key's line in YAML's double quotes.
  private static func checked(_ key: String) throws(HearthError) -> String {
    let line = key.trimmed
    let words = line.split(separator: " ")
    let isPlain = line.utf8.allSatisfy {
      $0 >= 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\")
    }
    guard words.count >= 2, isPlain, ["ssh-", "ecdsa-", "sk-"].contains(where: { words[0].hasPrefix($0) }) else {
      throw HearthError(
        .usage, "this is not a public key: \(line.prefix(40).debugDescription)", hint: "give the .pub file")
    }
    return "\"\(line)\""
  }

  /// The card's own `cmdline.txt` with the word that turns the memory control group on; nil where it has it.
  ///
  /// - Throws: ``HearthError`` when the file names no root file system, as on another partition than a boot partition.
  package static func commandLine(_ bytes: [UInt8]) throws(HearthError) -> [UInt8]? {
    let file = CommandLineFile(bytes)
    guard file.root != nil, !file.isDamaged else {
      throw HearthError(.usage, "cmdline.txt there names no root file system", hint: "write the card again")
    }
    let after = file.adding(["cgroup_enable=memory"])
    return after == bytes ? nil : after
  }
}
