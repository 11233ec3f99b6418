import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Templates
import TestSupport
import Testing

@testable import Bootstrap

/// What hosts hold so that images of one's own registries can be pulled.
struct RegistryTests {
  private static let shop = Registry(
    name: "shop.example:5000", mirrors: ["https://mirror.example"], authority: "ca.crt",
    login: .init(user: "me", password: Secret("secret words")))

  private func resources(_ registries: [Registry], had: Bool = false, _ sample: SampleRack = .boardsNew) throws
    -> [Resource]
  {
    var (rack, facts) = (sample.rack, sample.facts)
    rack.cluster.registries = registries
    for name in facts.keys where had { facts[name]?.existingPaths.insert(ClusterNode.registryList) }
    var bootstrap = try ClusterBootstrap(rack: rack, facts: facts)
    for registry in registries where registry.authority != nil {
      bootstrap.registryAuthorities[registry.name] = "-----BEGIN CERTIFICATE-----\n"
    }
    let authority = try Authority.create(cluster: "home")
    return try bootstrap.phases(authority: authority, software: sample.software).flatMap { $0.resources["pi1"] ?? [] }
  }

  private func file(_ path: String, _ resources: [Resource]) -> Resource.File? {
    for case .file(let file) in resources where file.path == path { return file }
    return nil
  }

  private func text(_ path: String, _ resources: [Resource]) -> String? {
    file(path, resources).map { String(decoding: $0.content, as: UTF8.self) }
  }

  @Test func `containerd asks mirrors first and trusts the authority; the kubelet has the login, which is never shown`()
    throws
  {
    let all = try resources([Self.shop, Registry(name: "docker.io", mirrors: ["http://10.0.0.1:5000"])])
    let folder = "/etc/containerd/certs.d/shop.example:5000"
    #expect(
      text("\(folder)/hosts.toml", all)?.hasSuffix(
        """
        server = "https://shop.example:5000"
        ca = "\(folder)/ca.crt"

        [host."https://mirror.example"]
          capabilities = ["pull", "resolve"]
          ca = "\(folder)/ca.crt"

        """) == true, "\(text("\(folder)/hosts.toml", all) ?? "")")
    #expect(text("\(folder)/ca.crt", all) == "-----BEGIN CERTIFICATE-----\n")
    #expect(
      text("/etc/containerd/certs.d/docker.io/hosts.toml", all)?.hasSuffix(
        """
        server = "https://registry-1.docker.io"

        [host."http://10.0.0.1:5000"]
          capabilities = ["pull", "resolve"]

        """) == true)
    let logins = try #require(file(ClusterNode.registryLogins, all))
    #expect(logins.sensitive && logins.mode == 0o600)
    let auths = try JSONValue(json: logins.content)["auths"]
    #expect(auths == ["shop.example:5000": ["auth": "bWU6c2VjcmV0IHdvcmRz"]])
    let plain = all.filter { $0.id != Resource.fileID(ClusterNode.registryLogins) }
    #expect(!"\(plain)".contains("bWU6c2VjcmV0"))
  }

  @Test(arguments: SampleRack.allCases)
  func `Each containerd is told where to look, under its own name of the plugin`(_ sample: SampleRack) throws {
    let with = try #require(text("/etc/hearth/containerd.toml", try resources([Self.shop], sample)))
    let plugin =
      with.contains("\nversion = 2\n") ? "io.containerd.grpc.v1.cri" : "io.containerd.cri.v1.images"
    #expect(with.contains("[plugins.\"\(plugin)\".registry]\n  config_path = \"/etc/containerd/certs.d\"\n"), "\(with)")
    let without = try #require(text("/etc/hearth/containerd.toml", try resources([], sample)))
    #expect(!without.contains("config_path"))
  }

  @Test func `A registry that leaves the inventory is forgotten with its login`() throws {
    #expect(!(try resources([]).contains { $0.id.contains("registries") }))
    let folder = try TemporaryFolder("hearth-registries")
    for name in ["certs.d/old", "certs.d/shop.example:5000", "certs.d/theirs", "kubelet", "files"] {
      try folder.shell("mkdir -p '\(folder.path)/\(name)'")
    }
    try folder.write("kubelet/config.json", "{}")
    try folder.write("list", "shop.example:5000 login\nold\n")
    func run(_ registries: [Registry]) throws {
      for case .custom(let custom) in try resources(registries, had: true) where custom.name == "registries" {
        let changes = custom.judge(0, Array(try String(contentsOfFile: folder.file("list"), encoding: .utf8).utf8))
        #expect(!changes.isEmpty)
        let program = try custom.program()
        for (name, bytes) in program.files { try folder.write("files/\(name)", String(decoding: bytes, as: UTF8.self)) }
        let text = program.script.replacing("/etc/hearth/registries", with: folder.file("list"))
          .replacing("/etc/containerd/certs.d", with: folder.file("certs.d"))
          .replacing("/var/lib/kubelet", with: folder.file("kubelet"))
        try folder.shell("HEARTH_FILES='\(folder.file("files"))' manifest='\(folder.file("manifest"))' run=1\n\(text)")
      }
    }
    try run([Registry(name: "shop.example:5000")])
    #expect(try String(contentsOfFile: folder.file("list"), encoding: .utf8) == "shop.example:5000\n")
    #expect(try Command.run("ls", folder.file("certs.d")) == "shop.example:5000\ntheirs")
    #expect(try Command.run("ls", folder.file("kubelet")) == "")
    try run([])
    #expect(try Command.run("ls", folder.file("certs.d")) == "theirs")
    #expect(!FileManager.default.fileExists(atPath: folder.file("list")))
  }

  @Test(arguments: ["", "no certificate", "-----BEGIN CERTIFICATE-----\n-----BEGIN EC PRIVATE KEY-----\n"])
  func `An authority is a certificate, and no key is brought along`(_ text: String) throws {
    let folder = try TemporaryFolder("hearth-authority")
    let registry = Registry(name: "a", authority: try folder.write("ca.crt", text))
    let error = #expect(throws: HearthError.self) { try RegistryAuthority.read(registry) }
    #expect(error?.code == .inventory && error?.subject.file == registry.authority)
    #expect(try RegistryAuthority.read(Registry(name: "a")) == nil)
  }
}
