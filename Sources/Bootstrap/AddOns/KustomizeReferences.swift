import Diagnostics
import Untrusted
import Yams

/// Which files and folders a kustomization names. A key that is not known here is refused: it could name something that
/// hearth has not looked at.
enum KustomizeReferences {
  struct Reference: Equatable {
    enum Target: Equatable {
      /// A file of manifests, or a folder with a kustomization.
      case any
      case folder
      /// A file of YAML or JSON.
      case manifest
      /// Whatever it holds.
      case bytes
    }

    var path: String
    var line: Int?
    var target: Target
  }

  /// Lists of paths.
  private static let lists: [String: Reference.Target] = [
    "resources": .any, "bases": .folder, "components": .folder, "crds": .manifest, "configurations": .manifest,
    "generators": .any, "transformers": .any, "validators": .any, "patches": .manifest,
    "patchesStrategicMerge": .manifest,
    "patchesJson6902": .manifest, "replacements": .manifest,
  ]
  /// Keys that name no file.
  private static let plain: Set = [
    "apiVersion", "kind", "metadata", "namespace", "namePrefix", "nameSuffix", "commonLabels", "labels",
    "commonAnnotations", "images", "imageTags", "replicas", "vars", "generatorOptions", "buildMetadata", "sortOptions",
  ]
  private static let generators: Set = ["configMapGenerator", "secretGenerator"]
  private static let ofGenerators: Set = [
    "name", "namespace", "behavior", "literals", "options", "type", "files", "envs", "env",
  ]

  static func all(in bytes: [UInt8], of file: String) throws(HearthError) -> [Reference] {
    // Its mistakes with their lines.
    guard try AddOnManifests.documents(in: bytes, of: file).count <= 1,
      let root = try? YAMLBudget.compose(String(decoding: bytes, as: UTF8.self), file: file, code: .inventory),
      let keys = root.mapping
    else { throw mistake("a kustomization is one map of keys", file, 1, "write `resources:` and the files of it") }
    var all: [Reference] = []
    for (key, value) in keys {
      let name = key.string ?? ""
      if let target = lists[name] {
        for item in value.sequence ?? [] { all += paths(item, target) }
      } else if generators.contains(name) {
        for item in value.sequence ?? [] { all += try paths(ofGenerator: item, file) }
      } else if name == "openapi" {
        all += paths(value, .manifest)
      } else if name.hasPrefix("helm") {
        throw mistake(
          "hearth renders no Helm charts (`\(name.visibleLine)`)", file, key.mark?.line,
          "render the chart and name the file")
      } else if !plain.contains(name) {
        throw mistake(
          "hearth does not know the key `\(name.visibleLine)` of a kustomization", file, key.mark?.line,
          "take it out; only keys that are known are passed on")
      }
    }
    return all
  }

  /// A path by itself, the `path` of a map, or a manifest that stands in place of one.
  private static func paths(_ item: Node, _ target: Reference.Target) -> [Reference] {
    guard let node = item.mapping?["path"] ?? (item.scalar == nil ? nil : item), let text = node.string,
      !text.contains("\n"), !text.isEmpty
    else { return [] }
    return [Reference(path: text, line: node.mark?.line, target: target)]
  }

  private static func paths(ofGenerator item: Node, _ file: String) throws(HearthError) -> [Reference] {
    var all: [Reference] = []
    for (key, value) in item.mapping ?? [:] {
      let name = key.string ?? ""
      guard ofGenerators.contains(name) else {
        throw mistake(
          "hearth does not know the key `\(name.visibleLine)` of a generator", file, key.mark?.line,
          "take it out; only keys that are known are passed on")
      }
      guard ["files", "envs", "env"].contains(name) else { continue }
      for node in value.sequence.map(Array.init) ?? [value] {
        guard let text = node.string, !text.isEmpty else { continue }
        // `NAME=PATH` gives the file another name.
        let path = name == "files" ? text.split(separator: "=", maxSplits: 1).last.map(String.init) ?? text : text
        all.append(Reference(path: path, line: node.mark?.line, target: .bytes))
      }
    }
    return all
  }

  /// What Kustomize would fetch with git or over HTTP, in all the ways that its releases read.
  static func isRemote(_ text: String) -> Bool {
    let word = text.lowercased()
    let beginnings = ["git::", "git@", "gh:", "ssh:", "github.com", "gitlab.com", "bitbucket.org", "dev.azure.com"]
    return word.contains("://") || beginnings.contains { word.hasPrefix($0) } || word.contains("?ref=")
      || word.hasSuffix(".git") || word.contains(".git/") || word.contains("_git/")
      || word.prefix { $0 != "/" }.contains("@") && word.prefix { $0 != "/" }.contains(":")
  }

  private static func mistake(_ message: String, _ file: String, _ line: Int?, _ hint: String) -> HearthError {
    HearthError(.inventory, message, subject: Subject(file: file, line: line), hint: hint)
  }
}
