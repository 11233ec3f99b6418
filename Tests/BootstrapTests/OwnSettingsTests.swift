import Inventory
import PKI
import Provision
import Templates
import Testing

@testable import Bootstrap

/// What people set lies over what hearth sets, in the files that hosts get.
struct OwnSettingsTests {
  private func resources(_ trees: [Component: JSONValue], _ sample: SampleRack = .boardsNew) throws -> [Resource] {
    var rack = sample.rack
    rack.nodes[0].settings = OwnSettings(trees)
    let bootstrap = try ClusterBootstrap(rack: rack, facts: sample.facts)
    let phases = try bootstrap.phases(
      authority: try Authority.create(cluster: rack.cluster.name), software: sample.software)
    return phases.flatMap { $0.resources["pi1"] ?? [] }
  }

  private func text(_ path: String, _ resources: [Resource]) throws -> String {
    for case .file(let file) in resources where file.path == path {
      return String(decoding: file.content, as: UTF8.self)
    }
    return try #require(nil as String?, "no file \(path)")
  }

  @Test func `Fields of the kubelet are merged; what was not set stays hearth's`() throws {
    let path = "/var/lib/kubelet/config.yaml"
    let plain = try JSONValue(json: Array(try text(path, try resources([:])).utf8))
    let all = try resources([.kubelet: ["maxPods": 60, "evictionHard": ["memory.available": "1Gi"]]])
    let tree = try JSONValue(json: Array(try text(path, all).utf8))
    #expect(tree["maxPods"] == 60)
    #expect(tree["evictionHard"]["memory.available"] == "1Gi")
    #expect(tree["evictionHard"]["nodefs.available"] == plain["evictionHard"]["nodefs.available"])
    #expect(tree["authentication"] == plain["authentication"])
  }

  @Test func `Flags are added or replaced, one of each name`() throws {
    let text = try text(
      "/etc/systemd/system/kube-apiserver.service",
      try resources([
        .apiServer: [
          "audit-log-maxage": 7, "profiling": true, "oidc-issuer-url": "https://id.example",
          "feature-gates": ["B": false, "A": true],
          "enable-admission-plugins": ["ImagePolicyWebhook", "NodeRestriction"],
        ]
      ]))
    let flags = text.split(separator: "\n").filter { $0.hasPrefix("  --") }
    let names = flags.map { $0.prefix { $0 != "=" } }
    #expect(Set(names).count == names.count)
    #expect(flags.contains("  --audit-log-maxage=7 \\"))
    #expect(flags.contains("  --oidc-issuer-url=https://id.example \\"))
    #expect(flags.contains("  --feature-gates=A=true,B=false \\"))
    #expect(flags.last == "  --profiling=true")
    let plugins = try #require(flags.first { $0.hasPrefix("  --enable-admission-plugins=") })
    #expect(plugins.contains("NodeRestriction,") && plugins.hasSuffix(",ImagePolicyWebhook \\"))
    // Every line of the command but its last goes on.
    #expect(flags.dropLast().allSatisfy { $0.hasSuffix(" \\") })
  }

  @Test(arguments: [SampleRack.virtualOld, .boardsNew])
  func `Tables of containerd get keys, and new tables`(_ sample: SampleRack) throws {
    let name = sample == .virtualOld ? "io.containerd.grpc.v1.cri" : "io.containerd.cri.v1.images"
    let path = "/etc/hearth/containerd.toml"
    let plain = try text(path, try resources([:], sample))
    let own = try text(
      path,
      try resources(
        [
          .containerd: [
            "debug": ["level": "warn"], "oom_score": 5,
            "plugins": .object([name: ["max_concurrent_downloads": 1, "registry": ["config_path": "/etc/x"]]]),
          ]
        ], sample))
    let lines = own.split(separator: "\n").map(String.init)
    let head = try #require(lines.firstIndex(of: "[plugins.\"\(name)\"]"))
    let next = lines[(head + 1)...].firstIndex { $0.hasPrefix("[") } ?? lines.endIndex
    #expect(lines[head..<next].contains("  max_concurrent_downloads = 1"))
    let registry = try #require(lines.firstIndex(of: "[plugins.\"\(name)\".registry]"))
    #expect(lines[registry + 1] == "  config_path = \"/etc/x\"")
    #expect(lines[try #require(lines.firstIndex(of: "[debug]")) + 1] == "  level = \"warn\"")
    let root = try #require(lines.firstIndex { $0.hasPrefix("[") })
    #expect(lines[..<root].filter { $0.hasPrefix("oom_score = ") } == ["oom_score = 5"])
    // All else is as it was.
    let rest = Set(plain.split(separator: "\n").map(String.init)).subtracting(lines)
    #expect(rest.allSatisfy { $0.hasPrefix("oom_score") })
  }

  @Test func `What people set stands in a file by name, beside hearth's value`() throws {
    let all = try resources([
      .kubelet: ["maxPods": 60], .etcd: ["quota-backend-bytes": 4_294_967_296], .controllerManager: ["v": 4],
      .apiServer: ["audit-log-maxage": 7], .containerd: ["debug": ["level": "warn"]],
    ])
    #expect(
      try text("/etc/hearth/settings", all).split(separator: "\n").dropFirst().map(String.init) == [
        "kubelet maxPods: 60 in place of hearth's 110", "apiServer audit-log-maxage: 7 in place of hearth's 30",
        "controllerManager v: 4", "etcd quota-backend-bytes: 4294967296", "containerd debug.level: \"warn\"",
      ])
  }

  @Test func `Units with settings are on trial with the files that hold them; others are not`() throws {
    let all = try resources([.kubelet: ["maxPods": 60], .etcd: ["v": 2]])
    var trials: [String: Resource.Unit.Trial] = [:]
    for case .unit(let unit) in all { trials[unit.name] = unit.trial }
    #expect(
      trials == [
        "kubelet.service": .init(settings: "maxPods: 60", files: ["/var/lib/kubelet/config.yaml"]),
        "hearth-etcd.service": .init(settings: "v: 2", files: ["/etc/systemd/system/hearth-etcd.service"]),
      ])
    var kept: [String] = []
    for case .file(let file) in all where file.keepsLast { kept.append(file.path) }
    #expect(Set(kept) == Set(trials.values.flatMap(\.files)))
  }

  @Test func `Without settings the list goes, and every other file is as it was`() throws {
    let plain = try resources([:])
    #expect(plain.contains { $0.id == "absent /etc/hearth/settings" })
    let emptied = try resources([.kubelet: [:], .apiServer: [:]])
    let path = "/etc/systemd/system/kube-apiserver.service"
    #expect(try text(path, plain) == (try text(path, emptied)))
  }
}
