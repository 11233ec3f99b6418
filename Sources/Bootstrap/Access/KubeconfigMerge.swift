import Diagnostics
import Untrusted
import Yams

/// Adds a cluster to a kubeconfig and leaves everything else in it as it is: other clusters, users, contexts,
/// preferences, keys that hearth does not know, and their order.
package enum KubeconfigMerge {
  /// - Parameters:
  ///   - addition: a kubeconfig; each of its clusters, users and contexts replaces that of the same name or is added.
  ///   - existing: the user's file; nil or empty means that there is none.
  /// - Returns: the new text, with the addition's context as the current one.
  /// - Throws: ``HearthError`` `local` when the user's file is not a kubeconfig; it is then better left alone.
  static func merged(_ addition: String, into existing: String?) throws(HearthError) -> String {
    guard let existing, let own = try parse(existing, whose: "the kubeconfig"), !own.isEmpty else { return addition }
    guard let new = try parse(addition, whose: "hearth's own kubeconfig") else { return existing }
    var result = own
    for list in ["clusters", "users", "contexts"] {
      result[key(list)] = try merge(new[key(list)], into: own[key(list)], list)
    }
    for name in ["apiVersion", "kind"] where result[key(name)] == nil { result[key(name)] = new[key(name)] }
    result[key("current-context")] = new[key("current-context")]
    do {
      return try Yams.serialize(node: .mapping(result), width: -1, allowUnicode: true)
    } catch {
      throw HearthError(.internalError, "the merged kubeconfig cannot be written: \(error)")
    }
  }

  private static func parse(_ text: String, whose: String) throws(HearthError) -> Node.Mapping? {
    let node: Node?
    do {
      node = try YAMLBudget.compose(text, file: whose, code: .local)
    } catch {
      // The parser's own message quotes the text, which holds secrets.
      throw HearthError(.local, "\(whose) is not valid YAML")
    }
    guard let node, node.null == nil else { return nil }
    guard let mapping = node.mapping else { throw HearthError(.local, "\(whose) is not a mapping") }
    return mapping
  }

  private static func merge(_ new: Node?, into own: Node?, _ list: String) throws(HearthError) -> Node {
    guard own == nil || own?.null != nil || own?.sequence != nil else {
      throw HearthError(.local, "`\(list)` of the kubeconfig is not a list")
    }
    var items = own?.sequence.map(Array.init) ?? []
    for item in new?.sequence.map(Array.init) ?? [] {
      if let index = items.firstIndex(where: { $0["name"]?.string == item["name"]?.string }) {
        items[index] = item
      } else {
        items.append(item)
      }
    }
    return .sequence(Node.Sequence(items))
  }

  private static func key(_ name: String) -> Node { Node(name) }
}
