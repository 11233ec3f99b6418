package import Diagnostics
import Foundation
import Schema

extension InventoryEdit {
  /// The inventory with other addresses for some nodes. An endpoint that was the address of one of them follows it.
  ///
  /// - Parameters:
  ///   - endpoint: in place of the endpoint's host as it is; nil leaves it, or lets it follow.
  ///   - services: in place of the addresses for Services as they are; nil leaves them.
  package func readdressing(
    _ addresses: [String: IPv4Address], endpoint: String? = nil, services: String? = nil
  ) throws(HearthErrors) -> String {
    let before = try InventoryFile.decode(text: text, file: file, environment: environment)
    guard let tree = try YAMLTree.parse(text, file: file) else { throw refusal("is empty") }
    var lines = lines
    for node in tree["nodes"]?.elements ?? [] {
      guard let name = node["name"]?.scalar?.written, let address = addresses[name],
        before.node(name)?.address != address
      else { continue }
      try replace(node["address"], by: address.description, in: &lines)
    }
    var expected = before
    for index in expected.nodes.indices {
      if let address = addresses[expected.nodes[index].name] { expected.nodes[index].address = address }
    }
    if let host = before.cluster.endpoint?.host {
      let follower = before.nodes.first { $0.address.description == host }.flatMap { addresses[$0.name]?.description }
      if let new = endpoint ?? follower, new != host {
        try replace(tree["cluster"]?["endpoint"]?["host"], by: new, in: &lines)
        expected.cluster.endpoint?.host = new
      }
    } else if endpoint != nil {
      throw refusal("has no cluster.endpoint")
    }
    if let services {
      guard let place = tree["cluster"]?["loadBalancer"]?["addresses"] else {
        throw refusal("has no cluster.loadBalancer")
      }
      try replace(place, by: services, in: &lines)
    }
    let result = lines.joined(separator: "\n")
    let after = try InventoryFile.decode(text: result, file: file, environment: environment)
    if services != nil { expected.cluster.loadBalancer = after.cluster.loadBalancer }
    guard after.nodes.map(\.address) == expected.nodes.map(\.address),
      after.nodes.map(\.name) == before.nodes.map(\.name),
      after.cluster == expected.cluster
    else { throw refusal("cannot be changed by machine") }
    return result
  }

  /// Puts another word where the value stands as it is written.
  private func replace(_ value: YAMLTree?, by new: String, in lines: inout [String]) throws(HearthErrors) {
    guard let value, let written = value.scalar?.written, !written.contains("$"),
      lines.indices.contains(value.place.line - 1)
    else {
      throw refusal("says an address in a way that cannot be changed by machine")
    }
    let line = lines[value.place.line - 1]
    let scalars = line.unicodeScalars
    let start = scalars.index(scalars.startIndex, offsetBy: value.place.column - 1, limitedBy: scalars.endIndex)
    guard let start, let range = line[start...].firstRange(of: written) else {
      throw refusal("says an address in a way that cannot be changed by machine")
    }
    lines[value.place.line - 1] = line.replacingCharacters(in: range, with: new)
  }
}

extension YAMLTree {
  /// The value of a key; nil for what is not a map, or has no such key.
  fileprivate subscript(_ key: String) -> YAMLTree? {
    guard case .map(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  fileprivate var elements: [YAMLTree]? {
    guard case .list(let list) = content else { return nil }
    return list
  }

  fileprivate var scalar: Scalar? {
    guard case .scalar(let scalar) = content else { return nil }
    return scalar
  }
}
