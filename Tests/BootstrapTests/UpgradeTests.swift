import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Testing

@testable import Bootstrap

struct UpgradeTests {
  struct Case: CustomStringConvertible, Sendable {
    var description: String
    var servers: [String]
    var kubelets: [String]
    var target: String
    /// Words that each objection holds, in order.
    var objections: [String]
  }

  static let cases: [Case] = [
    Case(description: "a patch", servers: ["v1.20.2"], kubelets: ["v1.20.2"], target: "v1.20.9", objections: []),
    Case(description: "a patch back", servers: ["v1.20.9"], kubelets: ["v1.20.9"], target: "v1.20.2", objections: []),
    Case(
      description: "half way", servers: ["v1.35.1", "v1.36.2"], kubelets: ["v1.34.9"], target: "v1.36.2", objections: []
    ),
    Case(
      description: "two minors at once", servers: ["v1.34.9"], kubelets: ["v1.34.9"], target: "v1.36.2",
      objections: ["one minor version at a time"]),
    Case(
      description: "the oldest API server counts", servers: ["v1.36.0", "v1.34.9"], kubelets: ["v1.34.9"],
      target: "v1.36.2", objections: ["one minor version at a time"]),
    Case(
      description: "a minor back", servers: ["v1.36.2"], kubelets: ["v1.35.6"], target: "v1.35.7",
      objections: ["a minor version back is not possible"]),
    Case(
      description: "a kubelet too old", servers: ["v1.35.6"], kubelets: ["v1.32.1", "v1.35.6"], target: "v1.36.2",
      objections: ["n0 is v1.32.1, too old"]),
    Case(
      description: "old generations lag two", servers: ["v1.20.2"], kubelets: ["v1.18.1"], target: "v1.21.0",
      objections: ["n0 is v1.18.1, too old"]),
    Case(
      description: "a kubelet ahead", servers: ["v1.35.6"], kubelets: ["v1.36.2"], target: "v1.35.7",
      objections: ["n0 is v1.36.2, newer than v1.35.7"]),
    Case(
      description: "nobody answers", servers: [], kubelets: [], target: "v1.36.2", objections: ["no API server answers"]
    ),
  ]

  @Test(arguments: cases) func versionsThatMayMeet(_ sample: Case) throws {
    func numbered(_ versions: [String], _ prefix: String) -> [String: KubernetesVersion] {
      Dictionary(
        uniqueKeysWithValues: versions.enumerated().compactMap { index, text in
          KubernetesVersion(text).map { ("\(prefix)\(index)", $0) }
        })
    }
    let skew = VersionSkew(servers: numbered(sample.servers, "s"), kubelets: numbered(sample.kubelets, "n"))
    let messages = skew.objections(to: try #require(KubernetesVersion(sample.target))).map(\.message)
    #expect(messages.count == sample.objections.count, "\(messages)")
    for (message, words) in zip(messages, sample.objections) { #expect(message.contains(words)) }
  }

  @Test func removedAPIsInUseStandInTheWay() {
    let metrics = """
      # HELP apiserver_requested_deprecated_apis Gauge of deprecated APIs that have been requested
      apiserver_requested_deprecated_apis{group="policy",removed_release="1.25",resource="poddisruptionbudgets",subresource="",version="v1beta1"} 1
      apiserver_requested_deprecated_apis{group="batch",removed_release="1.25",resource="cronjobs",subresource="",version="v1beta1"} 0
      apiserver_requested_deprecated_apis{group="extensions",removed_release="1.22",resource="ingresses",subresource="",version="v1beta1"} 1
      """
    let from = KubernetesVersion(1, 24, 0)
    let counted = "apiserver_request_total{code=\"200\"} 7\n"
    let errors = RemovedAPI.objections(
      from: from, to: KubernetesVersion(1, 25, 0),
      metrics: ["pi1": .success(counted), "pi2": .success(counted + metrics)])
    #expect(errors.map(\.message) == ["somebody uses poddisruptionbudgets of policy/v1beta1, which 1.25 no longer has"])
    #expect(
      RemovedAPI.objections(from: from, to: KubernetesVersion(1, 24, 3), metrics: ["pi1": .success(metrics)]).isEmpty)
  }

  /// Silence does not prove that nobody uses them.
  @Test(arguments: [
    Result<String, HearthError>.success(""), .success("Error from server (ServiceUnavailable)"),
    .failure(HearthError(.unreachable, "no answer")),
  ])
  func metricsThatCannotBeReadStandInTheWay(_ answer: Result<String, HearthError>) {
    let (from, to) = (KubernetesVersion(1, 24, 0), KubernetesVersion(1, 25, 0))
    let errors = RemovedAPI.objections(from: from, to: to, metrics: ["pi1": answer])
    #expect(errors.map(\.code) == [.refused])
    #expect(errors.map(\.subject.host) == ["pi1"])
    // Nothing goes between these: nothing has to be looked at.
    #expect(RemovedAPI.objections(from: from, to: KubernetesVersion(1, 24, 3), metrics: ["pi1": answer]).isEmpty)
  }

  @Test func everyRemovedAPIIsNamedOnce() { #expect(Set(RemovedAPI.table).count == RemovedAPI.table.count) }

  @Test func anUpgradeGoesInOrder() throws {
    let rack = SampleRack.boardsNew
    let steps = try rack.bootstrap().upgradeSteps(
      authority: try Authority.create(cluster: "home"), software: rack.software, atOnce: 2)
    #expect(
      steps.map(\.phase.name) == [
        "etcd-pi1", "etcd-pi2", "etcd-pi3", "api-pi1", "api-pi2", "api-pi3", "controllers", "node-pi1", "node-pi2",
        "node-pi3", "node-pi4",
      ])
    #expect(steps.map(\.drained).filter { !$0.isEmpty } == [["pi1"], ["pi2"], ["pi3"], ["pi4", "pi5"]])
    // No step brings a program before its turn.
    let brought = steps.map { step in
      Set(
        step.phase.resources.values.flatMap { $0 }.compactMap { resource -> String? in
          guard case .delivery(let delivery) = resource else { return nil }
          return delivery.path.split(separator: "/").last.map(String.init)
        })
    }
    #expect(brought[0] == ["etcd", "etcdctl", "etcdutl"])
    #expect(brought[3] == ["kube-apiserver", "kubectl"])
    #expect(brought[6] == ["kube-controller-manager", "kube-scheduler"])
    #expect(brought[10].isSuperset(of: ["kubelet", "kube-proxy", "containerd", "runc"]))
    #expect(brought[7].isDisjoint(with: ["etcd", "kube-apiserver", "kube-scheduler"]))
  }

  @Test func packagesGoWithTheirHostsTurn() throws {
    let steps = try SampleRack.virtualOld.bootstrap().upgradeSteps(
      authority: try Authority.create(cluster: "lab"), software: SampleRack.virtualOld.software,
      packages: [
        PackageOffer(host: "pi1", name: "etcd-server", installed: "3.4.23-4", candidate: "3.5.16-4"),
        PackageOffer(host: "pi1", name: "containerd", installed: "1.6.20~ds1-1", candidate: "1.7.24~ds1-6"),
        PackageOffer(host: "pi2", name: "containerd", installed: "1.6.20~ds1-1", candidate: "1.7.24~ds1-6"),
      ], atOnce: 1)
    let brought = steps.map { step in
      step.phase.resources.flatMap { host, resources in
        resources.compactMap { resource -> String? in
          guard case .packages(let packages) = resource else { return nil }
          return "\(host) \(packages.names.joined(separator: " "))"
        }
      }
    }
    #expect(
      Dictionary(uniqueKeysWithValues: zip(steps.map(\.phase.name), brought)).filter { !$0.value.isEmpty } == [
        "etcd-pi1": ["pi1 etcd-server=3.5.16-4"], "node-pi1": ["pi1 containerd=1.7.24~ds1-6"],
        "node-pi2": ["pi2 containerd=1.7.24~ds1-6"],
      ])
  }
}
