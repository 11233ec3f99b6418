package import Diagnostics
package import Inventory
package import SSH
import Templates

/// What a security benchmark judges: what runs on the hosts and what the API server holds, never what an inventory wants.
package struct BenchmarkFacts: Sendable {
  var rack: Rack
  var hosts: [BenchmarkHost]
  /// Lower-case plural of a kind to its objects.
  var objects: [String: [JSONValue]]

  static let kinds = [
    "namespaces", "clusterroles", "clusterrolebindings", "roles", "rolebindings", "serviceaccounts", "pods",
    "networkpolicies",
  ]

  /// Asks all hosts side by side, and the API server.
  ///
  /// - Throws: ``HearthErrors`` of every host that does not answer: half a rack cannot be judged.
  package static func collect(
    rack: Rack, shells: [String: any RootShell], admin: ClusterAdmin
  ) async throws(HearthErrors) -> BenchmarkFacts {
    let program: String
    do {
      program = try Template.text(of: "benchmark/facts.sh")
    } catch {
      throw HearthErrors([error])
    }
    let answers = await concurrently(rack.nodes) { node -> Result<BenchmarkHost, HearthError> in
      do throws(HearthError) {
        guard let shell = shells[node.name] else { throw HearthError(.unreachable, "this host cannot be reached") }
        let text = try await shell.run(program, timeout: .seconds(60)).outputText
        return .success(
          BenchmarkHost(name: node.name, isControlPlane: node.roles.contains(.controlPlane), text: text))
      } catch {
        return .failure(error.at(Subject(host: node.name)))
      }
    }
    var hosts: [BenchmarkHost] = []
    var errors: [HearthError] = []
    for answer in answers {
      switch answer {
      case .success(let host): hosts.append(host)
      case .failure(let error): errors.append(error)
      }
    }
    guard errors.isEmpty else { throw HearthErrors(errors) }
    var objects: [String: [JSONValue]] = [:]
    do throws(HearthError) {
      for kind in kinds { objects[kind] = try await admin.objects(of: JSONValue.self, ["get", kind, "-A"]) }
    } catch {
      throw HearthErrors([error])
    }
    return BenchmarkFacts(rack: rack, hosts: hosts, objects: objects)
  }

  var controlPlane: [BenchmarkHost] { hosts.filter(\.isControlPlane) }
  var minor: Int { rack.cluster.kubernetes.minor }

  /// All but what is in a namespace that is being deleted, such as that of a smoke test that has just ended.
  func all(_ kind: String) -> [JSONValue] {
    let leaving = Set((objects["namespaces"] ?? []).filter { $0["metadata"]["deletionTimestamp"] != .null }.map(\.name))
    let found = objects[kind] ?? []
    return leaving.isEmpty ? found : found.filter { !leaving.contains(kind == "namespaces" ? $0.name : $0.namespace) }
  }
}

extension JSONValue {
  var name: String { self["metadata"]["name"].string ?? "" }
  var namespace: String { self["metadata"]["namespace"].string ?? "" }
  var strings: [String] { array.compactMap(\.string) }
}
