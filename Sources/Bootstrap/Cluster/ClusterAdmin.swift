package import Diagnostics
import Foundation
package import Inventory
package import SSH

/// kubectl and etcdctl on the control-plane hosts, as their administrator. What they print as JSON is read here.
///
/// ```swift
/// let admin = ClusterAdmin(hosts: shells)
/// let nodes = try await admin.objects(of: NodeObject.self, "get nodes")
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

  /// Runs kubectl on the first host whose API server answers.
  ///
  /// - Parameter arguments: a shell fragment behind `kubectl`; quote what comes from people.
  /// - Returns: what it printed, whatever its status, unless no API server could be reached.
  package func kubectl(
    _ arguments: String, input: [UInt8] = [], timeout: Duration = .seconds(30)
  ) async throws(HearthError) -> ExecResult {
    try await first("kubectl \(arguments)", Self.kubectlPrefix + arguments, input: input, timeout: timeout) { result in
      // 127: a host that is about to become a control plane has no kubectl yet.
      result.status == 127
        || result.status != 0 && Self.signsOfSilence.contains { result.errorText.contains($0) }
    }
  }

  /// As ``kubectl(_:input:timeout:)``, but a status other than 0 is an error.
  @discardableResult
  package func run(
    _ arguments: String, input: [UInt8] = [], timeout: Duration = .seconds(30)
  ) async throws(HearthError) -> String {
    let result = try await kubectl(arguments, input: input, timeout: timeout)
    guard result.status == 0 else { throw Self.failure("kubectl \(arguments)", result, on: hosts.first?.host) }
    return result.outputText
  }

  /// The objects that `kubectl get` lists.
  ///
  /// - Parameter arguments: as behind kubectl, without `-o`.
  package func objects<Item: Decodable>(
    of type: Item.Type, _ arguments: String, timeout: Duration = .seconds(30)
  ) async throws(HearthError) -> [Item] {
    let text = try await run("\(arguments) -o json", timeout: timeout)
    do {
      return try JSONDecoder().decode(ObjectList<Item>.self, from: Data(text.utf8)).items
    } catch {
      throw HearthError(
        .cluster, "the API server's answer to `kubectl \(arguments)` makes no sense", cause: "\(error)",
        command: "sudo kubectl --kubeconfig /etc/kubernetes/admin.conf \(arguments) -o json")
    }
  }

  /// Runs a whole `sh` program on the first host that can be asked.
  package func script(_ program: String, timeout: Duration = .seconds(60)) async throws(HearthError) -> ExecResult {
    try await first("a program", program, input: [], timeout: timeout) { _ in false }
  }

  /// Runs etcdctl on a control-plane host against its own member, with the member's own certificate.
  ///
  /// - Parameter host: nil means the first that answers.
  package func etcdctl(
    _ arguments: String, on host: String? = nil, timeout: Duration = .seconds(30)
  ) async throws(HearthError) -> ExecResult {
    let program = "\(Self.etcdctl(etcdctlPath)) \(arguments)"
    guard let host else {
      return try await first("etcdctl \(arguments)", program, input: [], timeout: timeout) { $0.status != 0 }
    }
    guard let shell = hosts.first(where: { $0.host == host }) else {
      throw HearthError(.unreachable, "there is no connection to this host", subject: Subject(host: host))
    }
    return try await shell.run(program, timeout: timeout)
  }

  /// The command line of etcdctl on a control-plane host.
  static func etcdctl(_ path: String) -> String {
    "ETCDCTL_API=3 \(path) --endpoints=https://127.0.0.1:2379 --cacert=/etc/etcd/pki/ca.crt "
      + "--cert=/etc/etcd/pki/server.pem --key=/etc/etcd/pki/server.pem --dial-timeout=3s --command-timeout=10s"
  }

  static let kubectlPrefix =
    "/usr/local/bin/kubectl --kubeconfig=/etc/kubernetes/admin.conf --cache-dir=/var/lib/hearth/kubectl "

  /// What kubectl says when the API server, not the question, is the problem.
  private static let signsOfSilence = [
    "was refused", "i/o timeout", "connection reset", "TLS handshake timeout", "EOF", "etcdserver:", "no such file",
    "No such file", "ServiceUnavailable", "the server is currently unable", "context deadline exceeded",
    "Unable to connect",
  ]

  /// The first host whose answer is not `silent`; the last one's answer when all are.
  private func first(
    _ typed: String, _ program: String, input: [UInt8], timeout: Duration, silent: (ExecResult) -> Bool
  ) async throws(HearthError) -> ExecResult {
    var last: Result<ExecResult, HearthError>?
    for shell in hosts {
      do {
        let result = try await shell.run(program, input: input, timeout: timeout, onOutput: nil)
        if !silent(result) { return result }
        last = .success(result)
      } catch {
        if error.code == .cancelled { throw error }
        last = .failure(error.at(Subject(host: shell.host)))
      }
    }
    guard let last else {
      throw HearthError(
        .unreachable, "no control-plane host can be asked", hint: "bring one of them up first, then run hearth again")
    }
    let result = try last.get()
    throw Self.failure(typed, result, on: hosts.last?.host)
  }

  static func failure(_ typed: String, _ result: ExecResult, on host: String?) -> HearthError {
    let lines = (result.outputText + "\n" + result.errorText).split(separator: "\n").suffix(5).map(String.init)
    return HearthError(
      .cluster, "`\(typed.prefix(80))` failed with status \(result.status)", subject: Subject(host: host),
      hint: "look at the API server and etcd of that host", output: lines,
      command: "sudo journalctl -n 30 -u kube-apiserver -u hearth-etcd --no-pager")
  }
}

/// A list as the API serves it.
struct ObjectList<Item: Decodable>: Decodable {
  var items: [Item]
}
