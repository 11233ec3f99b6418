import Diagnostics
import Yams

/// One item of a resource file.
struct ResourceFileItem {
  /// What an item can be, by the key that says so, with the other keys that it may have.
  static let kinds: [String: [String]] = [
    "packages": ["hold"],
    "file": ["content", "template", "mode", "owner", "sensitive", "onlyIfMissing"],
    "directory": ["mode", "owner"],
    "symlink": ["target"],
    "absent": [],
    "unit": ["state", "enabled", "restartOn", "reloads"],
    "module": [],
    "sysctl": ["value"],
    "user": ["home"],
  ]

  let kind: String
  let node: Node
  let mapping: Node.Mapping

  func resource(_ reader: inout ResourceFileReader) -> Resource? {
    switch kind {
    case "packages":
      let names = strings("packages", &reader)
      return .packages(bool("hold", &reader) ?? false ? .allHeld(names) : .init(names))
    case "file": return file(&reader)
    case "directory":
      guard let path = path("directory", &reader) else { return nil }
      return .directory(
        Resource.Directory(path, mode: mode(&reader) ?? 0o755, owner: owner(&reader) ?? "root:root"))
    case "symlink":
      guard let path = path("symlink", &reader), let target = string("target", &reader, required: true) else {
        return nil
      }
      return .symlink(Resource.Symlink(path, to: target))
    case "absent": return path("absent", &reader).map { .absent(path: $0) }
    case "unit": return unit(&reader)
    case "module": return string("module", &reader, required: true).map { .kernelModule($0) }
    case "sysctl":
      guard let key = string("sysctl", &reader, required: true), let value = string("value", &reader, required: true)
      else { return nil }
      return .sysctl(key: key, value: value)
    case "user":
      guard let name = string("user", &reader, required: true) else { return nil }
      return .user(Resource.User(name, home: mapping["home"]?.string ?? "/nonexistent"))
    default: return nil
    }
  }

  private func file(_ reader: inout ResourceFileReader) -> Resource? {
    guard let path = path("file", &reader) else { return nil }
    let content: String
    switch (mapping["content"], mapping["template"]) {
    case (let node?, nil): content = node.string ?? ""
    case (nil, let node?):
      guard let name = node.string, let text = reader.text(beside: name, at: node),
        let rendered = reader.render(text, at: node)
      else { return nil }
      content = rendered
    default:
      reader.wrong("a file has either `content` or `template`", at: node)
      return nil
    }
    return .file(
      Resource.File(
        path, content, mode: mode(&reader) ?? 0o644, owner: owner(&reader) ?? "root:root",
        sensitive: bool("sensitive", &reader) ?? false, onlyIfMissing: bool("onlyIfMissing", &reader) ?? false))
  }

  private func unit(_ reader: inout ResourceFileReader) -> Resource? {
    guard let name = string("unit", &reader, required: true) else { return nil }
    var state = Resource.Unit.State.running
    if let node = mapping["state"] {
      if let known = Resource.Unit.State(rawValue: node.string ?? "") {
        state = known
      } else {
        reader.wrong("`state` is running, stopped or masked", at: node)
      }
    }
    return .unit(
      Resource.Unit(
        name, state: state, enabled: bool("enabled", &reader) ?? (state == .running),
        restartOn: mapping["restartOn"] == nil ? [] : strings("restartOn", &reader),
        reloads: bool("reloads", &reader) ?? false))
  }

  private func string(_ key: String, _ reader: inout ResourceFileReader, required: Bool) -> String? {
    if let text = mapping[key]?.string, !text.isEmpty { return text }
    if required || mapping[key] != nil { reader.wrong("expected a text for `\(key)`", at: mapping[key] ?? node) }
    return nil
  }

  private func path(_ key: String, _ reader: inout ResourceFileReader) -> String? {
    guard let text = string(key, &reader, required: true) else { return nil }
    do {
      try checkPath(text)
      return text
    } catch {
      reader.wrong(error.message, at: mapping[key] ?? node, hint: error.hint)
      return nil
    }
  }

  private func strings(_ key: String, _ reader: inout ResourceFileReader) -> [String] {
    guard let sequence = mapping[key]?.sequence, sequence.allSatisfy({ $0.string != nil }), !sequence.isEmpty else {
      reader.wrong("expected a list for `\(key)`, such as [a, b]", at: mapping[key] ?? node)
      return []
    }
    return sequence.compactMap(\.string)
  }

  private func bool(_ key: String, _ reader: inout ResourceFileReader) -> Bool? {
    guard let value = mapping[key] else { return nil }
    if value.bool == nil { reader.wrong("`\(key)` is true or false", at: value) }
    return value.bool
  }

  /// Always octal, quoted or not: what YAML makes of 0644 differs between its versions.
  private func mode(_ reader: inout ResourceFileReader) -> UInt16? {
    guard let value = mapping["mode"] else { return nil }
    let mode = value.string.flatMap { UInt16($0, radix: 8) }
    if mode == nil || mode.map({ $0 > 0o7777 }) == true {
      reader.wrong("`mode` is octal, such as \"0644\"", at: value)
      return nil
    }
    return mode
  }

  private func owner(_ reader: inout ResourceFileReader) -> String? {
    guard let value = mapping["owner"] else { return nil }
    guard let text = value.string, text.split(separator: ":").count == 2 else {
      reader.wrong("`owner` is user:group", at: value)
      return nil
    }
    return text
  }
}
