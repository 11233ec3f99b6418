import Diagnostics
import Templates
import Untrusted

/// What ``BenchmarkFacts`` knows of one host: arguments of what runs, files' modes, configurations.
package struct BenchmarkHost: Sendable {
  struct File: Sendable, Equatable {
    /// Permission bits.
    var mode: Int
    /// `user:group`.
    var owner: String
  }

  var name: String
  var isControlPlane: Bool
  /// By path.
  var files: [String: File] = [:]
  /// Unit name without `.service` to the arguments of its process, without the program.
  var processes: [String: [String]] = [:]
  var kubelet = JSONValue.null
  var proxy = JSONValue.null
  var auditPolicy = JSONValue.null
  var admission = JSONValue.null
  /// Types of the CNI's plugins.
  var networkPlugins: Set<String> = []
  /// Providers that encrypt at rest, in order.
  var encryption: [String] = []
  /// SHA-256 of the cluster's authorities and of etcd's.
  var authorities: [String] = []
  var renewsCertificates = false

  /// - Parameter text: what `templates/benchmark/facts.sh` printed. What does not fit is left out, so that an item which
  ///   needs it fails.
  init(name: String, isControlPlane: Bool, text: String) {
    self.name = name
    self.isControlPlane = isControlPlane
    var sections: [String: [String]] = [:]
    var current = ""
    for line in text.utf8.split(separator: UInt8(ascii: "\n")).map({ String(decoding: $0, as: UTF8.self) }) {
      if line.hasPrefix("@section ") {
        current = String(line.dropFirst(9))
      } else if line.hasPrefix("|") {
        sections[current, default: []].append(String(line.dropFirst()))
      }
    }
    for line in sections["files"] ?? [] {
      let words = line.split(separator: " ", maxSplits: 2).map(String.init)
      guard words.count == 3, let mode = Int(words[0], radix: 8) else { continue }
      files[words[2]] = File(mode: mode, owner: words[1])
    }
    for (section, lines) in sections where section.hasPrefix("process ") {
      processes[String(section.dropFirst(8))] = Array(lines.dropFirst())
    }
    func yaml(_ section: String) -> JSONValue {
      let text = (sections[section] ?? []).joined(separator: "\n")
      // One document, looked at before it is taken apart: it is a host's.
      guard let node = try? YAMLBudget.compose(text, file: section, code: .remoteCommand),
        YAMLBudget.hasPlainKeys(node)
      else { return .null }
      return (try? JSONValue.documents(yaml: text))?.first ?? .null
    }
    kubelet = yaml("kubelet")
    proxy = yaml("kube-proxy")
    auditPolicy = yaml("audit")
    admission = yaml("admission")
    networkPlugins = Set(
      (sections["cni"] ?? []).compactMap { $0.split(separator: "\"").last.map(String.init) })
    encryption = sections["encryption"] ?? []
    authorities = sections["authorities"] ?? []
    renewsCertificates = sections["renewal"]?.first == "active"
  }

  /// The value of a process's flag: the last one counts, a flag without a value is `true`. nil when it is not there, or the
  /// process does not run.
  func flag(_ process: String, _ name: String) -> String? {
    for argument in (processes[process] ?? []).reversed() {
      if argument == "--\(name)" { return "true" }
      if argument.hasPrefix("--\(name)=") { return String(argument.dropFirst(name.count + 3)) }
    }
    return nil
  }

  func list(_ process: String, _ name: String) -> [String] {
    (flag(process, name) ?? "").split(separator: ",").map(String.init)
  }
}
