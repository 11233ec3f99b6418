package import Diagnostics
import Foundation
package import Inventory
package import SSH
import Smoke
import Untrusted

/// kubectl and etcdctl on the control-plane hosts, as their administrator. What they print as JSON is read here.
///
/// ```swift
/// let admin = ClusterAdmin(hosts: shells)
/// let nodes = try await admin.objects(of: NodeObject.self, ["get", "nodes"])
/// ```
package struct ClusterAdmin: Sendable {
  /// Control-plane hosts, the one to be asked first in front. A host that does not answer is passed over.
  package let hosts: [any RootShell]
  let etcdctlPath: String

  package init(hosts: [any RootShell], etcdctl: String) {
    self.hosts = hosts
    etcdctlPath = etcdctl
  }

  /// Those of the rack's control-plane hosts that are logged in to.
  package init(rack: Rack, shells: [String: any RootShell], release: KubernetesRelease) {
    self.init(hosts: rack.controlPlane.compactMap { shells[$0.name] }, etcdctl: release.paths.etcdctl)
  }

  /// What a host said.
  package struct Answer: Sendable {
    package var host: String
    package var result: ExecResult
  }

  /// Runs kubectl on the first host whose API server answers.
  ///
  /// - Parameter arguments: behind `kubectl`, a word each; they are quoted here.
  /// - Returns: what it printed, whatever its status, unless no API server could be reached.
  package func kubectl(
    _ arguments: [String], input: [UInt8] = [], timeout: Duration = .seconds(30)
  ) async throws(HearthError) -> Answer {
    let program = (Kubectl.admin + arguments).shellWords
    return try await first("kubectl \(arguments.shellWords)", program, input: input, timeout: timeout) { result in
      // 127: a host that is about to become a control plane has no kubectl yet.
      result.status == 127 || result.status != 0 && APISilence(result.errorText) != nil
    }
  }

  /// As ``kubectl(_:input:timeout:)``, but a status other than 0 is an error of the host that gave it.
  @discardableResult
  package func run(
    _ arguments: [String], input: [UInt8] = [], timeout: Duration = .seconds(30)
  ) async throws(HearthError) -> String {
    let answer = try await kubectl(arguments, input: input, timeout: timeout)
    guard answer.result.status == 0 else { throw Self.failure("kubectl \(arguments.shellWords)", answer) }
    return answer.result.outputText
  }

  /// The objects that `kubectl get` lists.
  ///
  /// - Parameter arguments: as behind kubectl, without `-o`.
  package func objects<Item: Decodable>(
    of type: Item.Type, _ arguments: [String], timeout: Duration = .seconds(30)
  ) async throws(HearthError) -> [Item] {
    try await json(of: ObjectList<Item>.self, arguments + ["-o", "json"], timeout: timeout).items
  }

  /// What kubectl prints as JSON, decoded.
  package func json<Value: Decodable>(
    of type: Value.Type, _ arguments: [String], timeout: Duration = .seconds(30)
  ) async throws(HearthError) -> Value {
    let text = try await run(arguments, timeout: timeout)
    do {
      return try JSONDecoder().decode(type, from: Data(text.utf8))
    } catch {
      throw HearthError(
        .cluster, "the API server's answer to `kubectl \(arguments.shellWords)` could not be decoded",
        cause: "\(error)",
        command: ClusterAccess.standard.typed(arguments))
    }
  }

  /// Runs a whole `sh` program on the first host that can be asked.
  package func script(_ program: String, timeout: Duration = .seconds(60)) async throws(HearthError) -> ExecResult {
    try await first("a program", program, input: [], timeout: timeout) { _ in false }.result
  }

  /// Runs etcdctl on a control-plane host against its own member, with the member's own certificate.
  ///
  /// - Parameters:
  ///   - arguments: behind `etcdctl`, a word each; they are quoted here.
  ///   - answers: whether this is an answer; if not, the next host is asked.
  package func etcdctl(
    _ arguments: [String], timeout: Duration = .seconds(30), answers: (ExecResult) -> Bool = { $0.status == 0 }
  ) async throws(HearthError) -> ExecResult {
    let program = (Self.etcdctl(etcdctlPath) + arguments).shellWords
    return try await first("etcdctl \(arguments.shellWords)", program, input: [], timeout: timeout) { !answers($0) }
      .result
  }

  /// The command of etcdctl on a control-plane host, as words.
  static func etcdctl(_ path: String) -> [String] {
    [
      "env", "ETCDCTL_API=3", path, "--endpoints=https://127.0.0.1:2379", "--cacert=/etc/etcd/pki/ca.crt",
      "--cert=/etc/etcd/pki/server.pem", "--key=/etc/etcd/pki/server.pem", "--dial-timeout=3s",
      "--command-timeout=10s",
    ]
  }

  /// The first host whose answer is not `silent`; an error with the last one's answer when all are.
  private func first(
    _ typed: String, _ program: String, input: [UInt8], timeout: Duration, silent: (ExecResult) -> Bool
  ) async throws(HearthError) -> Answer {
    var last: Result<Answer, HearthError>?
    for shell in hosts {
      do {
        let result = try await shell.run(program, input: input, timeout: timeout, onOutput: nil)
        let answer = Answer(host: shell.host, result: result)
        if !silent(result) { return answer }
        last = .success(answer)
      } catch {
        if error.code == .cancelled { throw error }
        last = .failure(error.at(Subject(host: shell.host)))
      }
    }
    guard let last else {
      throw HearthError(
        .unreachable, "no control-plane host is reachable", hint: "bring one of them up first, then run hearth again")
    }
    throw Self.failure(typed, try last.get())
  }

  static func failure(_ typed: String, _ answer: Answer) -> HearthError {
    let result = answer.result
    let lines = (result.outputText + "\n" + result.errorText).lastLines(5)
    return HearthError(
      .cluster, "`\(typed.prefix(80))` failed with status \(result.status)", subject: Subject(host: answer.host),
      hint: "look at the API server and etcd of that host", output: lines,
      command: "sudo journalctl -n 30 -u kube-apiserver -u hearth-etcd --no-pager")
  }
}

/// Why kubectl could not ask an API server, or that one not its etcd. kubectl ends with status 1 for this as for every
/// refusal, so that only its words tell; they stand here and nowhere else.
enum APISilence: String, CaseIterable {
  case refused = "was refused"
  case timeout = "i/o timeout"
  case reset = "connection reset"
  case handshake = "TLS handshake timeout"
  case ended = "EOF"
  case etcd = "etcdserver:"
  case noCredential = "no such file"
  case noProgram = "No such file"
  case unavailable = "ServiceUnavailable"
  case unableNow = "the server is currently unable"
  case deadline = "context deadline exceeded"
  case unconnected = "Unable to connect"

  init?(_ errorText: String) {
    guard let found = Self.allCases.first(where: { errorText.contains($0.rawValue) }) else { return nil }
    self = found
  }
}

/// A list as the API serves it.
struct ObjectList<Item: Decodable>: Decodable {
  var items: [Item]
}

/// What the API server says of a node at one moment.
package struct NodeCondition: Sendable, Equatable {
  package var name: String
  package var isReady: Bool
  /// What its kubelet says; nil where that is not a version.
  package var kubeletVersion: KubernetesVersion?
  package var annotations: [String: String]

  init?(_ node: NodeAnswer) {
    guard let name = ClusterText.nodeName(node.metadata.name) else { return nil }
    self.name = name
    isReady = node.status?.conditions?.contains { $0.type == "Ready" && $0.status == "True" } == true
    kubeletVersion = (node.status?.nodeInfo?.kubeletVersion).flatMap { KubernetesVersion($0) }
    annotations = node.metadata.annotations ?? [:]
  }
}

extension ClusterAdmin {
  private struct ServerVersion: Decodable { var gitVersion: String }

  /// Of the API server of the first host that answers; nil where it names no version of Kubernetes.
  package func serverVersion() async throws(HearthError) -> KubernetesVersion? {
    KubernetesVersion(try await json(of: ServerVersion.self, ["get", "--raw", "/version"]).gitVersion)
  }

  /// Node name to what its kubelet says of itself; nodes that never registered, or say no version, are left out.
  package func kubeletVersions() async throws(HearthError) -> [String: KubernetesVersion] {
    var versions: [String: KubernetesVersion] = [:]
    for node in try await nodeStates() { versions[node.name] = node.kubeletVersion }
    return versions
  }

  /// All nodes whose names are names.
  package func nodeStates() async throws(HearthError) -> [NodeCondition] {
    try await objects(of: NodeAnswer.self, ["get", "nodes"]).compactMap { NodeCondition($0) }
  }

  package func nodeState(_ name: String) async throws(HearthError) -> NodeCondition? {
    NodeCondition(try await json(of: NodeAnswer.self, ["get", "node", name, "-o", "json"]))
  }

  /// What the API server of the first host that answers counts, as Prometheus reads it.
  package func metrics() async throws(HearthError) -> String { try await run(["get", "--raw", "/metrics"]) }
}
