import Schema

extension InventoryRule {
  static let uniqueNames = InventoryRule { document, decoding in
    var first: [String: Place] = [:]
    for name in document.nodes.compactMap(\.name) {
      if name.value == "localhost" {
        decoding.add(
          "a node cannot be named `localhost`", at: name.place,
          hint: "every host calls itself so; take a name such as pi1")
      }
      if let earlier = first[name.value] {
        decoding.add(
          "two nodes are named `\(name.value)`, the first in line \(earlier.line)", at: name.place,
          hint: "give each node a name of its own")
      } else {
        first[name.value] = name.place
      }
    }
  }

  static let uniqueAddresses = InventoryRule { document, decoding in
    var first: [IPv4Address: (place: Place, name: String)] = [:]
    for node in document.nodes {
      guard let address = node.address else { continue }
      if let earlier = first[address.value] {
        decoding.add(
          "\(earlier.name) has the address \(address.value) too, in line \(earlier.place.line)", at: address.place,
          hint: "give each node an address of its own")
      } else {
        first[address.value] = (address.place, node.name?.value ?? "another node")
      }
    }
  }

  static let controlPlaneCount = InventoryRule { document, decoding in
    guard !document.nodes.isEmpty, document.nodes.allSatisfy({ !$0.hasBrokenRoles }) else { return }
    let nodes = document.nodes.filter { $0.has(.controlPlane) }
    let names = nodes.compactMap(\.name?.value).joined(separator: ", ")
    if nodes.isEmpty {
      decoding.add(
        "no node has the role control-plane", at: document.nodesPlace,
        hint: "add `roles: [control-plane, worker]` to one node, or to three for high availability")
    } else if nodes.count > 5 {
      decoding.add(
        "\(nodes.count) nodes have the role control-plane: \(names)", at: document.nodesPlace,
        hint: "take 1, 3 or 5: each more makes every write slower")
    } else if nodes.count.isMultiple(of: 2) {
      decoding.add(
        "an even number of nodes (\(nodes.count)) has the role control-plane: \(names)", at: document.nodesPlace,
        hint:
          "take \(nodes.count - 1) or \(nodes.count + 1): etcd needs a majority, so an even number survives no more "
          + "failures than the odd one below it")
    }
  }

  static let roles = InventoryRule { document, decoding in
    for node in document.nodes {
      var seen: Set<Node.Role> = []
      for role in node.roles?.value ?? [] where !seen.insert(role.value).inserted {
        decoding.add("the role \(role.value.rawValue) is given twice", at: role.place, hint: "keep one of them")
      }
    }
    guard !document.nodes.isEmpty, document.nodes.allSatisfy({ !$0.hasBrokenRoles }),
      !document.nodes.contains(where: { $0.has(.worker) })
    else { return }
    decoding.add(
      "no node has the role worker, so no pod could run, cluster DNS neither", at: document.nodesPlace,
      hint: "on a small rack let control-plane nodes work too: `roles: [control-plane, worker]`")
  }

  static let sudo = InventoryRule { document, decoding in
    let defaultUser = document.defaults.ssh.user ?? "pi"
    var reported: Set<Place> = []
    for node in document.nodes {
      let user = node.host.ssh.user ?? defaultUser
      guard let sudo = node.host.sudo ?? document.defaults.sudo, sudo.value == .none, user != "root",
        reported.insert(sudo.place).inserted
      else { continue }
      decoding.add(
        "`sudo: none` means that the login user is root, but \(node.name?.value ?? "a node") has the user `\(user)`",
        at: sudo.place, hint: "take `sudo: passwordless` or `sudo: ask`, or log in as root")
    }
  }
}

extension NodeSection {
  /// Without `roles` a node is a worker.
  func has(_ role: Node.Role) -> Bool {
    roles.map { $0.value.contains { $0.value == role } } ?? (role == .worker)
  }
}
