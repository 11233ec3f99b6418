import Artifacts
import Diagnostics
import Foundation
import Inventory
import SSH
import Templates
import TestSupport
import Testing

@testable import Bootstrap

/// Kustomize trees, looked at by hearth and rendered by the rack's own kubectl.
struct KustomizeTests {
  static let kubectl =
    "\(RackArtifacts.folder)/release/\(RackArtifacts.kubernetes)/bin/linux/"
    + "\(Architecture.ofThisMachine?.rawValue ?? "none")/kubectl"
  static let hasKubectl = FileManager.default.fileExists(atPath: kubectl)

  private static let service = """
    apiVersion: v1
    kind: Service
    metadata: {name: web}
    spec: {ports: [{port: 80}]}

    """

  /// An overlay with a base beside it, a patch and a generated ConfigMap.
  private static let overlay = [
    "base/kustomization.yaml": "resources: [service.yaml]\n", "base/service.yaml": service,
    "home/kustomization.yaml": """
    namePrefix: home-
    bases: [../base]
    patchesStrategicMerge: [port.yaml]
    configMapGenerator:
      - {name: page, files: [index.html=page.html]}
    generatorOptions: {disableNameSuffixHash: true}

    """,
    "home/port.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: web}\nspec: {type: NodePort}\n",
    "home/page.html": "<p>hello</p>", "home/unused.yaml": "not: read",
  ]

  private static func folder(_ files: [String: String]) throws -> TemporaryFolder {
    let folder = try TemporaryFolder("hearth-kustomize-test")
    for (name, text) in files { try folder.write(name, Data(text.utf8)) }
    return folder
  }

  private static func addOn(_ folder: TemporaryFolder, _ path: String = "home") -> OwnAddOn {
    OwnAddOn(name: "web", path: folder.file(path))
  }

  private static var here: KustomizeRenderer {
    KustomizeRenderer(place: .here(LocalFile(path: kubectl, sha256: "", bytes: 0)))
  }

  @Test func `A tree is read whole and no more than that`() throws {
    let folder = try Self.folder(Self.overlay)
    let tree = try #require(try KustomizeTree.read(Self.addOn(folder)))
    #expect(tree.root == "home" && tree.base == KustomizeTree.real(folder.path))
    #expect(Set(tree.files.keys) == Set(Self.overlay.keys).subtracting(["home/unused.yaml"]))
    #expect(try KustomizeTree.read(Self.addOn(folder, "base/service.yaml")) == nil, "plain manifests")
  }

  @Test(.enabled(if: hasKubectl)) func `The rack's kubectl makes the manifests`() async throws {
    let folder = try Self.folder(Self.overlay)
    let tree = try #require(try KustomizeTree.read(Self.addOn(folder)))
    let manifests = try await Self.here.render(tree)
    #expect(manifests.name == "web")
    #expect(Set(manifests.objects.map(\.line)) == ["Service.v1. - home-web", "ConfigMap.v1. - home-page"])
    let values = manifests.objects.map(\.value)
    #expect(values.contains { $0["spec"]["type"].string == "NodePort" && $0["spec"]["ports"].array.count == 1 })
    #expect(values.contains { $0["data"]["index.html"].string == "<p>hello</p>" })
  }

  /// Where the operator's machine has no such kubectl.
  private struct Host: RootShell {
    let host = "pi1"
    let kubectl: String
    var execCount: Int { 0 }
    func run(
      _ program: String, input: [UInt8], timeout: Duration, onOutput: (@Sendable ([UInt8]) -> Void)?
    ) async throws(HearthError) -> ExecResult {
      do {
        let folder = try TemporaryFolder()
        let script = try folder.write(
          "program", program.replacingOccurrences(of: "/usr/local/bin/kubectl", with: kubectl))
        let data = try folder.write("input", String(decoding: input, as: UTF8.self))
        try folder.shell("sh \(script) <\(data) >out 2>err; echo $? >status")
        let status = Int32(try folder.read("status").trimmingCharacters(in: .whitespacesAndNewlines)) ?? -1
        return ExecResult(
          status: status, standardOutput: Array(try folder.data("out")), standardError: Array(try folder.data("err")))
      } catch { throw HearthError(.local, "\(error)") }
    }
    func upload(
      _ source: UploadSource, to path: String, mode: UInt16, owner: String, progress: (@Sendable (Int, Int) -> Void)?
    ) async throws(HearthError) {}
    func close() async {}
  }

  @Test(.enabled(if: hasKubectl)) func `A control plane renders it to the same, past one that has no kubectl yet`()
    async throws
  {
    let folder = try Self.folder(Self.overlay)
    let tree = try #require(try KustomizeTree.read(Self.addOn(folder)))
    let hosts = [Host(kubectl: "/nonexistent/kubectl"), Host(kubectl: Self.kubectl)]
    #expect(try await KustomizeRenderer(place: .hosts(hosts)).render(tree) == Self.here.render(tree))

    let error = await #expect(throws: HearthError.self) {
      try await KustomizeRenderer(place: .hosts([hosts[0]])).render(tree)
    }
    #expect(error?.code == .unsupported && error?.subject.file == tree.file)

    let wrong = try Self.folder(Self.wrongPatch)
    let broken = try #require(try KustomizeTree.read(Self.addOn(wrong)))
    let refusal = await #expect(throws: HearthError.self) {
      try await KustomizeRenderer(place: .hosts([hosts[1]])).render(broken)
    }
    #expect(refusal?.code == .inventory && refusal?.subject.host == "pi1", "\(String(describing: refusal))")
    #expect(refusal?.subject.file == broken.file)
  }

  private static var wrongPatch: [String: String] {
    overlay.merging([
      "home/port.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: nobody}\nspec: {type: NodePort}\n"
    ]) { $1 }
  }

  @Test(.enabled(if: hasKubectl)) func `kubectl's own refusal comes with the tree's names`() async throws {
    let folder = try Self.folder(Self.wrongPatch)
    let tree = try #require(try KustomizeTree.read(Self.addOn(folder)))
    let error = await #expect(throws: HearthError.self) { try await Self.here.render(tree) }
    #expect(error?.code == .inventory)
    #expect(error?.output.joined().contains("nobody") == true, "\(error?.output ?? [])")
    #expect(error?.output.joined().contains("hearth-kustomize-\(getpid())") == false)
    #expect(error?.subject.file == tree.file)
  }

  /// A kustomization, what the message holds, and the line.
  @Test(arguments: [
    ("resources:\n- https://example.org/web.yaml", "not on this machine", 2),
    ("bases: [\"github.com/example/web//base?ref=v1\"]", "not on this machine", 1),
    ("resources: [git@example.org:web.git]", "not on this machine", 1),
    ("resources: [anna@example.org:web]", "not on this machine", 1),
    ("components: [\"ssh://example.org/web\"]", "not on this machine", 1),
    (
      "resources:\n- there.yaml\npatches:\n- path: http://example.org/p.yaml\n  target: {kind: Pod}",
      "not on this machine", 4
    ),
    ("resources: [gone.yaml]", "is not there", 1),
    ("resources: [../beside.yaml]", "outside its kustomization's folder", 1),
    ("resources: [link.yaml]", "outside its kustomization's folder", 1),
    ("resources: [/etc/passwd]", "not a path relative", 1),
    ("configMapGenerator:\n- name: a\n  files:\n  - key=../beside.yaml", "outside its kustomization's folder", 4),
    ("secretGenerator:\n- {name: a, commands: {key: id}}", "key `commands` of a generator", 2),
    ("resources: [there.yaml]\nhelmCharts: [{name: web}]", "no Helm charts", 2),
    ("resources: [there.yaml]\nplugins: [x]", "key `plugins`", 2),
    ("resources: [empty]", "has no kustomization.yaml", 1), ("bases: [there.yaml]", "a file, not a folder", 1),
    ("crds: [empty]", "a folder, not a file", 1), ("bases: [../home]", "leads back to itself", 1),
    ("- a", "one map of keys", 1), ("resources: [", "not YAML", 2),
  ])
  func `What cannot be rendered here is refused with its file and line before anything runs`(
    _ text: String, _ message: String, _ line: Int
  ) throws {
    let folder = try Self.folder([
      "home/kustomization.yaml": text, "home/there.yaml": Self.service, "beside.yaml": Self.service, "home/empty/a": "",
    ])
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("home/link.yaml"), withDestinationPath: folder.file("beside.yaml"))
    let error = #expect(throws: HearthError.self) { try KustomizeTree.read(Self.addOn(folder)) }
    #expect(error?.code == .inventory && error?.message.contains(message) == true, "\(error?.message ?? "")")
    #expect(error?.subject.file == KustomizeTree.real(folder.file("home")) + "/kustomization.yaml")
    #expect(error?.subject.line == line)
  }

  @Test func `A mistake in a file of the tree names that file`() throws {
    let folder = try Self.folder(Self.overlay.merging(["base/service.yaml": "kind: Service\nspec: ["]) { $1 })
    let error = #expect(throws: HearthError.self) { try KustomizeTree.read(Self.addOn(folder)) }
    #expect(error?.subject.file?.hasSuffix("base/service.yaml") == true && error?.subject.line != nil)
  }

  @Test func `A tree has a bounded number of files and bytes`() throws {
    let names = (0...200).map { "\($0).yaml" }
    var files = Dictionary(uniqueKeysWithValues: names.map { ("home/\($0)", Self.service) })
    files["home/kustomization.yaml"] = "resources: [\(names.joined(separator: ", "))]\n"
    let crowd = try Self.folder(files)
    let many = #expect(throws: HearthError.self) { try KustomizeTree.read(Self.addOn(crowd)) }
    #expect(many?.message.contains("more than 200 files") == true)

    let large = (0..<9).map { "\($0).bin" }
    files = Dictionary(uniqueKeysWithValues: large.map { ("home/\($0)", String(repeating: "x", count: 1 << 20)) })
    files["home/kustomization.yaml"] = "configMapGenerator: [{name: a, files: [\(large.joined(separator: ", "))]}]\n"
    let load = try Self.folder(files)
    let heavy = #expect(throws: HearthError.self) { try KustomizeTree.read(Self.addOn(load)) }
    #expect(heavy?.message.contains("8388608 bytes") == true)
  }

  /// What hearth does not see, such as a plugin's own file, is not fetched either.
  @Test(.enabled(if: hasKubectl)) func `kubectl itself has no way out`() async throws {
    let folder = try Self.folder(Self.overlay)
    var tree = try #require(try KustomizeTree.read(Self.addOn(folder)))
    tree.files["home/kustomization.yaml"] = Array("bases: [\"git::https://github.com/example/web\"]\n".utf8)
    let error = await #expect(throws: HearthError.self) { try await Self.here.render(tree) }
    #expect(error?.code == .inventory)
  }
}
