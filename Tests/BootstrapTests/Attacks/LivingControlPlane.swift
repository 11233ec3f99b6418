import Artifacts
import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Templates
import TestSupport
import Testing

@testable import Bootstrap

/// etcd, API server and controller manager of this machine on the loopback, with the flags, the files and the objects that
/// hearth gives to the first host of a rack, and the credentials that its workers have. One for a whole suite.
final class LivingControlPlane: Sendable {
  @TaskLocal static var current: LivingControlPlane?
  static func required() throws -> LivingControlPlane { try #require(current, "the suite lacks its trait") }

  static let rack = Rack(
    cluster: Cluster(
      name: "attacked", kubernetes: KubernetesVersion(RackArtifacts.kubernetes) ?? KubernetesVersion(1, 20, 2)),
    nodes: (1...5).map {
      Node(
        name: "pi\($0)", address: IPv4Address(bits: 0x0A4D_000A + UInt32($0)),
        roles: $0 == 1 ? [.controlPlane] : [.worker])
    })

  let folder: TemporaryFolder
  let authority: Authority
  let port: UInt16
  private let bootstrap: ClusterBootstrap
  private let software: Software
  private let daemons: ControlPlaneDaemons

  init() throws {
    folder = try TemporaryFolder("hearth-attacks")
    authority = try Authority.create(cluster: Self.rack.cluster.name)
    var facts = Facts()
    facts.architecture = .amd64
    facts.memoryBytes = 4 << 30
    bootstrap = try ClusterBootstrap(
      rack: Self.rack, facts: Dictionary(uniqueKeysWithValues: Self.rack.nodes.map { [facts] in ($0.name, facts) }))
    software = try #require(SampleRack.virtualOld.software[.amd64])
    port = try SSHDaemon.freePort()
    daemons = try ControlPlaneDaemons(
      folder: folder,
      host: ClusterNode(
        rack: Self.rack, node: Self.rack.nodes[0], facts: facts, release: bootstrap.release,
        podRanges: bootstrap.podRanges, authority: authority, software: software), port: port)
    try applyAccess(Self.rack)
    for node in Self.rack.nodes.dropFirst() {
      try FileManager.default.createDirectory(
        atPath: folder.file("\(node.name)/pki"), withIntermediateDirectories: true)
      let host = try host(node)
      for credential in host.credentials + [host.nodeCredential] {
        let name = credential.path.split(separator: "/").last.map(String.init) ?? ""
        try folder.write(
          "\(node.name)/pki/\(name)", try authority.cluster.issue(credential.request).combinedPEM.reveal())
      }
      try folder.write("\(node.name)/api-servers", "127.0.0.1:\(port)\n")
    }
    try #require(try sign().status == 0)
  }

  func host(_ node: Node, of rack: Rack = LivingControlPlane.rack) throws -> ClusterNode {
    ClusterNode(
      rack: rack, node: node, facts: bootstrap.facts["pi1"] ?? Facts(), release: bootstrap.release,
      podRanges: bootstrap.podRanges, authority: authority, software: software)
  }

  // MARK: - Programs of hearth

  /// Applies the objects that say who may do what in a rack of these nodes.
  func applyAccess(_ rack: Rack) throws {
    let objects = ClusterObjects(
      rack: rack, release: bootstrap.release, authority: authority, podRanges: bootstrap.podRanges, software: software,
      nodes: rack.nodes)
    let file = try folder.write("access.json", JSONValue.list(try objects.accessDocuments()).text)
    // As hearth does for the first time: the right of administrators is among the objects.
    try folder.write(
      "up.pem",
      try authority.cluster.issue(
        .init(commonName: "hearth:up", organization: "system:masters", usages: [.client], days: 1)
      ).combinedPEM.reveal())
    try kubectl(as: "up.pem", "apply", "--server-side", "--force-conflicts", "-f", file)
  }

  /// One round of the program that signs, for a rack of these nodes.
  @discardableResult
  func sign(_ rack: Rack = LivingControlPlane.rack) throws -> (status: Int32, output: String) {
    let table = try Self.files(host(rack.nodes[0], of: rack).renewal())[ClusterNode.signingTablePath]
    return try run(
      "certificates/sign-certificates", [],
      [
        "HEARTH_TABLE": try folder.write("node-certificates", try #require(table)),
        "HEARTH_CA": folder.file("etc/kubernetes/pki/ca"), "HEARTH_CACHE": folder.file("cache"),
        "HEARTH_KUBECONFIG": folder.file("etc/kubernetes/admin.conf"),
      ])
  }

  /// Begins a node's own program that renews its certificates, all of them.
  func renew(_ node: Node) throws -> ChildProcess {
    let text = try #require(try Self.files(host(node).renewal())["/etc/hearth/certificates"])
    let pki = folder.file("\(node.name)/pki")
    let table = try folder.write(
      "\(node.name)/certificates",
      text.replacing("/etc/kubernetes/pki", with: pki).replacing("/etc/hearth/pki", with: pki)
        .replacing("root:root", with: "\(getuid()):\(getgid())"))
    let program = try folder.write(
      "\(node.name)/renew-certificates", try Template.text(of: "certificates/renew-certificates"), mode: 0o700)
    return try ChildProcess([
      "env", "PATH=\(folder.file("bin")):/usr/sbin:/usr/bin:/sbin:/bin", "HEARTH_FOLDER=\(folder.file(node.name))",
      "HEARTH_CA=\(folder.file("etc/kubernetes/pki/ca.crt"))", "HEARTH_PATIENCE=60", "/bin/sh", program, "--all", table,
    ])
  }

  private func run(
    _ template: String, _ arguments: [String], _ environment: [String: String]
  ) throws -> (status: Int32, output: String) {
    let program = try folder.write("program", try Template.text(of: template), mode: 0o700)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = [program] + arguments
    process.environment = ["PATH": "\(folder.file("bin")):/usr/sbin:/usr/bin:/sbin:/bin"].merging(environment) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self))
  }

  func objects() -> ClusterObjects {
    ClusterObjects(
      rack: Self.rack, release: bootstrap.release, authority: authority, podRanges: bootstrap.podRanges,
      software: software, nodes: Self.rack.nodes)
  }

  /// A probe or a program of a resource of the first host, with its files.
  func shell(_ program: String, files: [String: [UInt8]]) throws -> (status: Int32, output: String) {
    func here(_ text: String) -> String {
      text.replacing("/etc/kubernetes/", with: "\(folder.path)/etc/kubernetes/")
        .replacing("/usr/local/bin/kubectl", with: folder.file("bin/kubectl"))
        .replacing("/var/lib/hearth/kubectl", with: folder.file("cache/kubectl"))
        .replacing("127.0.0.1:6443", with: "127.0.0.1:\(port)")
    }
    try FileManager.default.createDirectory(atPath: folder.file("files"), withIntermediateDirectories: true)
    for (name, bytes) in files { try folder.write("files/\(name)", here(String(decoding: bytes, as: UTF8.self))) }
    let file = try folder.write("shell", here(program))
    let output = folder.file("shell.output")
    let descriptor = open(output, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(descriptor) }
    let status = try ChildProcess(
      [
        "env", "PATH=\(folder.file("bin")):/usr/sbin:/usr/bin:/sbin:/bin", "HEARTH_FILES=\(folder.file("files"))",
        "/bin/sh", file,
      ], output: descriptor
    ).wait()
    return (status, try String(contentsOfFile: output, encoding: .utf8))
  }

  // MARK: - The API

  /// kubectl with a credential below the folder, by default the administrator's.
  @discardableResult
  func kubectl(as credential: String = admin, _ arguments: String...) throws -> String {
    try kubectl(as: credential, arguments)
  }

  @discardableResult
  func kubectl(as credential: String, _ arguments: [String]) throws -> String {
    try daemons.kubectl(as: credential, arguments)
  }

  static let admin = "etc/kubernetes/pki/admin.pem"

  /// Whether the API server of this release evaluates admission policies.
  var hasAdmissionPolicies: Bool { bootstrap.release.knowsAdmissionPolicies }

  /// Whether the API server let the holder of a credential do it.
  func isAllowed(as credential: String, _ arguments: String...) -> Bool { isAllowed(as: credential, arguments) }

  func isAllowed(as credential: String, _ arguments: [String]) -> Bool {
    (try? kubectl(as: credential, arguments)) != nil
  }

  /// Whether it is refused once the API server has read its policies again, for which it takes some seconds.
  func isSoonRefused(as credential: String, _ arguments: [String]) -> Bool {
    for _ in 0..<300 {
      guard isAllowed(as: credential, arguments) else { return true }
      usleep(100_000)
    }
    return false
  }

  private static func files(_ resources: [Resource]) throws -> [String: String] {
    var all: [String: String] = [:]
    for case .file(let file) in resources { all[file.path] = String(decoding: file.content, as: UTF8.self) }
    return all
  }
}

/// Runs a suite on one control plane that is started before its first test and ended after its last.
struct OnLivingControlPlane: SuiteTrait, TestScoping {
  func provideScope(
    for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
  ) async throws {
    let plane = try LivingControlPlane()
    try await LivingControlPlane.$current.withValue(plane) { try await function() }
  }
}

extension SuiteTrait where Self == OnLivingControlPlane {
  static var onLivingControlPlane: Self { OnLivingControlPlane() }
}
