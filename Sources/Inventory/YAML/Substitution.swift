/// Replaces `${NAME}`, `${NAME:-default}` and `$$` in scalar values. Keys and comments stay as they are.
package struct Substitution {
  package let environment: [String: String]

  package init(environment: [String: String]) { self.environment = environment }

  package func apply(to tree: YAMLTree, _ decoding: inout Decoding) -> YAMLTree {
    var result = tree
    switch tree.content {
    case .unusable: break
    case .list(let elements): result.content = .list(elements.map { apply(to: $0, &decoding) })
    case .map(let entries):
      result.content = .map(
        entries.map { entry in
          var copy = entry
          copy.value = apply(to: entry.value, &decoding)
          return copy
        })
    case .scalar(var scalar):
      guard scalar.written.contains("$") else { break }
      if let text = expand(scalar, at: tree.place, &decoding) {
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
  private func expand(_ scalar: YAMLTree.Scalar, at place: Place, _ decoding: inout Decoding) -> String? {
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
        if let value = value(of: inner[..<end], at: place, &decoding) { result += value } else { isComplete = false }
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

  private func value(of inner: Substring, at place: Place, _ decoding: inout Decoding) -> String? {
    guard let match = inner.wholeMatch(of: /([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?/) else {
      decoding.add(
        "`${\(inner)}` names no environment variable", at: place,
        hint: "write `${NAME}`, or `${NAME:-default}` for a value when it is not set")
      return nil
    }
    let name = String(match.1)
    if let fallback = match.2 {
      return environment[name].flatMap { $0.isEmpty ? nil : $0 } ?? String(fallback)
    }
    if let value = environment[name] { return value }
    decoding.add(
      "the environment variable `\(name)` is not set" + didYouMean(name, among: environment.keys.sorted()), at: place,
      hint: "set it before you start hearth: export \(name)=…")
    return nil
  }
}
