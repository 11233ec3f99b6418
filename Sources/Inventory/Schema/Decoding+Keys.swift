extension Decoding {
  /// - Returns: The key that was probably meant.
  mutating func addUnknown(_ entry: YAMLTree.Entry, in object: ObjectShape) -> String? {
    let allowed = object.keys.map(\.name)
    var message = "unknown key `\(entry.key)`"
    var meant = KeySynonyms.meaning(of: entry.key, among: allowed)
    var hint = "\(object.title) may have: \(allowed.joined(separator: ", "))"
    if entry.key == "<<" {
      message = "merge keys (`<<`) are not supported"
      hint = "put what nodes have in common into `defaults`"
    } else if meant == nil, let parent = object.keys.first(where: { $0.shape.objectKeys.contains(entry.key) }) {
      message += ", it belongs below `\(parent.name)`"
      hint = "write `\(parent.name): {\(entry.key): …}`"
    } else {
      meant = meant ?? nearest(to: entry.key, among: allowed)
      if let meant { message += ", did you mean `\(meant)`?" }
    }
    add(message, at: entry.place, hint: hint)
    return meant
  }

  mutating func addMissing(in object: ObjectShape, given: Set<String>, at place: Place) {
    let names = object.keys.map(\.name)
    if object.exactlyOne {
      let count = names.filter { given.contains($0) }.count
      if count != 1 {
        let list = names.map { "`\($0)`" }.joined(separator: ", ")
        add("\(object.title) must have exactly one of \(list)", at: place)
      }
      return
    }
    for key in object.keys where key.isRequired && !given.contains(key.name) {
      add(
        "\(object.title) lacks `\(key.name)`", at: place,
        hint: key.example.map { "add `\(key.name): \($0)`" } ?? "add `\(key.name)`, \(key.shape.expected)")
    }
  }
}

/// What people of other tools call our keys.
enum KeySynonyms {
  private static let table = [
    "ip": "address", "host": "address", "hostname": "name", "node": "nodes", "hosts": "nodes", "servers": "nodes",
    "role": "roles", "version": "kubernetes", "k8s": "kubernetes", "username": "user", "login": "user",
    "key": "identityFiles", "keys": "identityFiles", "identityfile": "identityFiles", "keyfile": "identityFiles",
    "fingerprint": "hostKeys", "fingerprints": "hostKeys", "pins": "hostKeys", "proxyjump": "jump", "bastion": "jump",
    "become": "sudo", "model": "hardware", "type": "hardware", "podcidr": "pods", "podsubnet": "pods",
    "servicecidr": "services", "servicesubnet": "services", "vip": "endpoint", "network": "networks",
    "sources": "artifacts", "psu": "supply", "power": "supply", "tags": "labels",
  ]

  static func meaning(of key: String, among allowed: [String]) -> String? {
    let plain = key.lowercased().filter { $0 != "_" && $0 != "-" }
    return table[plain].flatMap { allowed.contains($0) ? $0 : nil }
  }
}

extension Shape {
  /// The keys of a map, also where something simpler may stand instead.
  var objectKeys: [String] { object?.keys.map(\.name) ?? [] }

  var object: ObjectShape? {
    switch self {
    case .object(let object): object
    case .either(let shapes): shapes.lazy.compactMap(\.object).first
    default: nil
    }
  }
}
