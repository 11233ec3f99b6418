import Artifacts
import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Templates
import Testing

@testable import Bootstrap

struct ClusterBootstrapTests {
  @Test(arguments: SampleRack.allCases)
  func twoRunsWantTheSame(_ sample: SampleRack) throws {
    let authority = try Authority.create(cluster: "same")
    let texts = try (1...2).map { _ in
      try sample.bootstrap().phases(authority: authority, software: sample.software).flatMap { phase in
        phase.resources.sorted { $0.key < $1.key }.flatMap { host, resources in
          resources.map { resource in
            if case .file(let file) = resource { return "\(host) \(file.path) \(file.content)" }
            return "\(host) \(resource.id)"
          }
        }
      }
    }
    #expect(texts[0] == texts[1])
  }

  @Test("a host of another cluster is to be cleaned; keys that no host knows are to be fetched again")
  func otherCluster() throws {
    let sample = SampleRack.virtualOld
    let authority = try Authority.create(cluster: "lab")
    func command(_ clusters: [String: String]) throws -> [String?] {
      var facts = sample.facts
      let ranges = ["pi1": "10.244.0.0/24", "pi2": "10.244.1.0/24"]
      for (name, cluster) in clusters {
        facts[name]?.nodeRecord = NodeRecord(name: name, cluster: cluster, podRanges: ranges).text
      }
      let bootstrap = try ClusterBootstrap(rack: sample.rack, facts: facts)
      let errors = #expect(throws: HearthErrors.self) {
        try bootstrap.phases(authority: authority, software: sample.software)
      }
      return errors?.errors.map(\.command) ?? []
    }
    let ours = authority.cluster.fingerprint
    #expect(try command(["pi1": ours, "pi2": "another"]) == ["hearth reset --limit pi2"])
    #expect(try command(["pi1": "another", "pi2": "another"]) == ["hearth adopt", "hearth adopt"])
  }

  @Test(arguments: SampleRack.allCases)
  func workersGetNoKeyThatSigns(_ sample: SampleRack) throws {
    let authority = try Authority.create(cluster: "safe")
    let phases = try sample.bootstrap().phases(authority: authority, software: sample.software)
    let secrets = AuthorityFiles(authority).texts.filter { !$0.key.hasSuffix(".crt") }.map { $0.value.reveal() }
    for node in sample.rack.nodes where !node.roles.contains(.controlPlane) {
      for case .file(let file) in phases.flatMap({ $0.resources[node.name] ?? [] }) {
        let text = String(decoding: file.content, as: UTF8.self)
        for secret in secrets { #expect(!text.contains(secret.trimmingCharacters(in: .newlines))) }
      }
    }
  }

  @Test(arguments: SampleRack.allCases)
  func secretsLieInPrivateSensitiveFiles(_ sample: SampleRack) throws {
    let authority = try Authority.create(cluster: "safe")
    let phases = try sample.bootstrap().phases(authority: authority, software: sample.software)
    let encryption = Data(authority.encryptionKey.reveal()).base64EncodedString()
    for case .file(let file) in phases.flatMap({ $0.resources.values.flatMap { $0 } }) {
      let text = String(decoding: file.content, as: UTF8.self)
      if text.contains("PRIVATE KEY") || text.contains(encryption) {
        #expect(file.mode == 0o600 && file.sensitive, "\(file.path)")
      }
    }
  }

  @Test(arguments: SampleRack.allCases)
  func everyResourceHasANameOfItsOwn(_ sample: SampleRack) throws {
    let phases = try sample.bootstrap().phases(
      authority: Authority.create(cluster: "names"), software: sample.software)
    for node in sample.rack.nodes {
      let ids = phases.flatMap { $0.resources[node.name] ?? [] }.map(\.id)
      #expect(Set(ids).count == ids.count)
    }
  }

  @Test func hostsWithoutFactsTakeNoPart() throws {
    let sample = SampleRack.virtualOld
    let bootstrap = try ClusterBootstrap(rack: sample.rack, facts: sample.facts.filter { $0.key == "pi1" })
    let phases = try bootstrap.phases(authority: Authority.create(cluster: "lab"), software: sample.software)
    #expect(phases.allSatisfy { $0.resources["pi2"] == nil })
    #expect(bootstrap.podRanges["pi2"] != nil)
  }

  @Test func withoutAControlPlaneNothingBegins() throws {
    let sample = SampleRack.virtualOld
    let errors = #expect(throws: HearthErrors.self) {
      try ClusterBootstrap(rack: sample.rack, facts: sample.facts.filter { $0.key == "pi2" })
    }
    #expect(errors?.errors.first?.code == .unreachable)
  }

  @Test func aHostOfAnotherClusterIsNotTakenOver() throws {
    let sample = SampleRack.virtualOld
    var facts = sample.facts
    facts["pi2"]?.nodeRecord =
      NodeRecord(name: "pi2", cluster: "other", podRanges: ["pi2": "10.244.1.0/24"]).text
    let bootstrap = try ClusterBootstrap(rack: sample.rack, facts: facts)
    let errors = #expect(throws: HearthErrors.self) {
      try bootstrap.phases(authority: Authority.create(cluster: "lab"), software: sample.software)
    }
    #expect(errors?.errors.map(\.subject.host) == ["pi2"])
  }

  @Test func theAPIServersNamesAreComplete() throws {
    let sample = SampleRack.boardsNew
    let authority = try Authority.create(cluster: "home")
    let node = ClusterNode(
      rack: sample.rack, node: sample.rack.nodes[0], facts: Facts(),
      release: try #require(KubernetesRelease.of(sample.rack.cluster.kubernetes)),
      podRanges: try sample.bootstrap().podRanges, authority: authority,
      software: try #require(sample.software[.arm64]))
    let request = try #require(node.credentials.first { $0.name == "API server" }).request
    #expect(request.addresses == ["127.0.0.1", "10.77.0.11", "10.96.0.1"])
    #expect(
      request.dnsNames == [
        "localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc",
        "kubernetes.default.svc.cluster.local", "pi1", "k8s.example.org",
      ])
  }

  @Test(arguments: [
    (PersonalGroup.view, "hearth:viewers", 1), (.edit, "hearth:editors", 30), (.admin, "hearth:admins", 365),
  ])
  func aPersonsCertificateCarriesNameGroupAndEnd(group: PersonalGroup, organization: String, days: Int) throws {
    let authority = try Authority.create(cluster: "home")
    let text = try ClusterBootstrap.kubeconfig(
      of: "anna", group: group, days: days, rack: SampleRack.boardsNew.rack, authority: authority
    ).reveal()
    let user = try JSONValue(json: Array(text.utf8))["users"].array[0]
    #expect(user["name"] == "anna")
    let data = try #require(user["user"]["client-certificate-data"].string.flatMap { Data(base64Encoded: $0) })
    let request = CertificateRequest(commonName: "anna", organization: organization, usages: [.client], days: days)
    func wrong(after seconds: Double) -> [String] {
      authority.cluster.mismatches(
        of: String(decoding: data, as: UTF8.self), with: request, now: Date().addingTimeInterval(seconds)
      ).map(\.field)
    }
    #expect(wrong(after: -60) == [])
    #expect(wrong(after: Double(days) * 86_400 + 60) == ["days left"])
  }

  @Test func theKubeconfigNamesTheEndpoint() throws {
    let text = try ClusterBootstrap.adminKubeconfig(
      rack: SampleRack.boardsNew.rack, authority: Authority.create(cluster: "home")
    ).reveal()
    let clusters = try JSONValue(json: Array(text.utf8))["clusters"].array
    #expect(clusters.map { $0["cluster"]["server"] } == ["https://k8s.example.org:6443"])
  }
}
