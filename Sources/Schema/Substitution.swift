/// Replaces `${NAME}`, `${NAME:-default}` and `$$` in scalar values. Keys and comments stay as they are.
///
/// An inventory may come from elsewhere, and what it says is sent to servers: any variable may be read only where secrets
/// belong. Elsewhere only names that are meant for racks are, and no secret is among those.
package struct Substitution {
  /// Keys below which any variable may be read: they go to the host that is logged in to, or nowhere.
  private static let secretKeys: Set<String> = ["password", "identityFiles", "token", "credentials"]
  private static let prefixes = ["HEARTH_", "RACK_"]
  /// Parts of names that say what the value is.
  private static let secretWords = ["PASSWORD", "PASSPHRASE", "TOKEN", "SECRET", "CREDENTIAL", "PRIVATE"]

  package let environment: [String: String]

  package init(environment: [String: String]) { self.environment = environment }

  package func apply(to tree: YAMLTree, _ decoding: inout Decoding) -> YAMLTree {
    apply(to: tree, isSecret: false, &decoding)
  }

  private func apply(to tree: YAMLTree, isSecret: Bool, _ decoding: inout Decoding) -> YAMLTree {
    var result = tree
    switch tree.content {
    case .unusable: break
    case .list(let elements): result.content = .list(elements.map { apply(to: $0, isSecret: isSecret, &decoding) })
    case .map(let entries):
      result.content = .map(
        entries.map { entry in
          var copy = entry
          copy.value = apply(
            to: entry.value, isSecret: isSecret || Self.secretKeys.contains(entry.key), &decoding)
          return copy
        })
    case .scalar(var scalar):
      guard scalar.written.contains("$") else { break }
      if let text = expand(scalar, at: tree.place, isSecret, &decoding) {
        scalar.text = text
        scalar.isFromEnvironment = scalar.written.contains("${")
        result.content = .scalar(scalar)
      } else {
        result.content = .unusable
      }
    }
    return result
  }

  /// Nil when something in it is wrong, which is reported.
  private func expand(
    _ scalar: YAMLTree.Scalar, at place: Place, _ isSecret: Bool, _ decoding: inout Decoding
  ) -> String? {
    var rest = scalar.written[...]
    var result = ""
    var isComplete = true
    while let dollar = rest.firstIndex(of: "$") {
      result += rest[..<dollar]
      rest = rest[rest.index(after: dollar)...]
      if rest.first == "$" {
        result += "$"
        rest = rest.dropFirst()
      } else if rest.first == "{" {
        let inner = rest.dropFirst()
        guard let end = inner.firstIndex(of: "}") else {
          decoding.add("`${` without its `}`", at: place, hint: "write `${NAME}`, or `$$` for a dollar sign")
          return nil
        }
        rest = inner[inner.index(after: end)...]
        if let value = value(of: inner[..<end], at: place, isSecret, &decoding) {
          result += value
        } else {
          isComplete = false
        }
      } else if let name = rest.prefixMatch(of: /[A-Za-z_][A-Za-z0-9_]*/)?.output {
        decoding.add(
          "`$\(name)` is not replaced", at: place,
          hint: "write `${\(name)}` for the environment variable, or `$$` for a dollar sign")
        isComplete = false
      } else {
        result += "$"
      }
    }
    return isComplete ? result + rest : nil
  }

  private func value(
    of inner: Substring, at place: Place, _ isSecret: Bool, _ decoding: inout Decoding
  ) -> String? {
    guard let match = inner.wholeMatch(of: /([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?/) else {
      decoding.add(
        "`${\(inner)}` names no environment variable", at: place,
        hint: "write `${NAME}`, or `${NAME:-default}` for a value when it is not set")
      return nil
    }
    let name = String(match.1)
    guard isSecret || mayRead(name, at: place, &decoding) else { return nil }
    if let value = environment[name], value.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      let isLineEnd = value.unicodeScalars.contains { $0 == "\r" || $0 == "\n" }
      decoding.add(
        "the environment variable `\(name)` holds a \(isLineEnd ? "line end" : "control character")", at: place,
        hint: "set it without; a file that was edited on Windows ends its lines with a carriage return")
      return nil
    }
    if let fallback = match.2 {
      return environment[name].flatMap { $0.isEmpty ? nil : $0 } ?? String(fallback)
    }
    if let value = environment[name] { return value }
    decoding.add(
      "the environment variable `\(name)` is not set" + didYouMean(name, among: environment.keys.sorted()), at: place,
      hint: "set it before you start hearth: export \(name)=…")
    return nil
  }

  private func mayRead(_ name: String, at place: Place, _ decoding: inout Decoding) -> Bool {
    let isForRacks = Self.prefixes.contains { name.hasPrefix($0) }
    let isSecret = Self.secretWords.contains { name.uppercased().contains($0) }
    if isForRacks && !isSecret { return true }
    decoding.add(
      isForRacks
        ? "the environment variable `\(name)` holds a secret by its name and cannot be used here"
        : "the environment variable `\(name)` cannot be used here", at: place,
      hint: isForRacks
        ? "secrets belong into `password`; name other variables otherwise"
        : "outside of `password` and `identityFiles` only names that begin with HEARTH_ or RACK_ are replaced: "
          + (isSecret ? "write the value, or leave it out" : "export RACK_\(name)=…, or write the value"))
    return false
  }
}
