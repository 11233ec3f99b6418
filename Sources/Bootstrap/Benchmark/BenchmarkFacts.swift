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
    struct Answer: Sendable {
      var host: String
      var result: Result<BenchmarkHost, HearthError>
    }
    let program: String
    do {
      program = try Template.text(of: "benchmark/facts.sh")
    } catch {
      throw HearthErrors([error])
    }
    let answers = await withTaskGroup(of: Answer.self) { group in
      for node in rack.nodes {
        let shell = shells[node.name]
        group.addTask {
          do throws(HearthError) {
            guard let shell else { throw HearthError(.unreachable, "this host cannot be reached") }
            let text = try await shell.run(program, timeout: .seconds(60)).outputText
            let host = BenchmarkHost(
              name: node.name, isControlPlane: node.roles.contains(.controlPlane), text: text)
            return Answer(host: node.name, result: .success(host))
          } catch {
            return Answer(host: node.name, result: .failure(error.at(Subject(host: node.name))))
          }
        }
      }
      var all: [Answer] = []
      for await answer in group { all.append(answer) }
      return all
    }
    var hosts: [BenchmarkHost] = []
    var errors: [HearthError] = []
    for node in rack.nodes {
      switch answers.first(where: { $0.host == node.name })?.result {
      case .success(let host): hosts.append(host)
      case .failure(let error): errors.append(error)
      case nil: break
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
