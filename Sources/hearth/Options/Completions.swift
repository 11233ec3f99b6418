import ArgumentParser
import Artifacts
import Foundation
import Inventory

/// What a shell offers for words that only the inventory or hearth itself knows. Nobody wants to read an error after a tab:
/// what cannot be read offers nothing.
enum Completions {
  /// Names of hosts.
  static let hosts = CompletionKind.custom { words, _, _ in names(words) }

  /// Names of hosts, and roles, in a list with commas.
  static let hostList = CompletionKind.custom { words, _, prefix in
    continuing(prefix, with: names(words) + Node.Role.allCases.map(\.rawValue))
  }

  /// Versions of Kubernetes whose checksums are known.
  static let versions = CompletionKind.custom { _, _, _ in
    ((try? ArtifactLock.embedded())?.versions(of: "kubelet") ?? []).map(\.description)
  }

  /// Each candidate behind what stands before the last comma, without those that are in the list.
  static func continuing(_ prefix: String, with candidates: [String]) -> [String] {
    let before = prefix.split(separator: ",", omittingEmptySubsequences: false).dropLast()
    let start = before.map { "\($0)," }.joined()
    return candidates.filter { !before.contains(Substring($0)) }.map { start + $0 }
  }

  /// The hosts of the inventory that the command line, the environment or the folder names.
  private static func names(_ words: [String]) -> [String] {
    var options = RackOptions()
    options.inventory = inventory(in: words)
    options.limit = nil
    return (try? options.load())?.nodes.map(\.name) ?? []
  }

  /// The value of `-i` or `--inventory` in a command line that is not finished.
  static func inventory(in words: [String]) -> String? {
    for (word, next) in zip(words, words.dropFirst()) where word == "-i" || word == "--inventory" { return next }
    return words.lazy.filter { $0.hasPrefix("--inventory=") }.map { String($0.dropFirst(12)) }.first
  }
}

extension ArtifactLock {
  /// The versions of a program that can be installed, the newest first.
  func versions(of name: String) -> [KubernetesVersion] {
    Set(files.values.filter { $0.name == name }.compactMap { KubernetesVersion($0.version) }).sorted(by: >)
  }
}
