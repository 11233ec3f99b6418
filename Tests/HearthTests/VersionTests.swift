import Artifacts
import Foundation
import Inventory
import TestSupport
import Testing

@testable import hearth

/// What the program says of itself, and to shells.
@Suite(.enabled(if: Program.missing == nil, "needs the built program"))
struct VersionTests {
  let program: Program
  init() throws { program = try Program() }

  private struct Version: Decodable {
    struct Kubernetes: Decodable {
      var minor: String
      var source: String
      var versions: [String]
    }
    var version: String
    var platform: String
    var kubernetes: [Kubernetes]
    var defaultKubernetes: String
    var wasmtime: String
  }

  @Test func `version names the releases it can install`() throws {
    let result = try program.run("version", "--output", "json")
    #expect(result.status == 0)
    let version = try JSONDecoder().decode(Version.self, from: Data(result.text.utf8))
    #expect(version.version == hearthVersion)
    #expect(["linux/amd64", "linux/arm64"].contains(version.platform))
    #expect(version.kubernetes.contains { $0.versions.contains(version.defaultKubernetes) })
    #expect(version.kubernetes.contains { $0.minor == "1.20" && $0.source == "debian" })
    let text = try program.run("version").text
    #expect(text.hasPrefix("hearth \(hearthVersion)\n") && text.contains("wasmtime \(version.wasmtime)"))
  }

  @Test func `One version of the engine everywhere`() throws {
    let wasmtime = try VersionReport().wasmtime
    let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../scripts")
    let build = try String(contentsOf: scripts.appending(path: "build-wasm"), encoding: .utf8)
    #expect(build.contains(" version=\(wasmtime)\n"))
    let locked = try ArtifactLock.embedded().files.values.filter { $0.name == "wasmtime" }
    #expect(Set(locked.map(\.version)) == [wasmtime])
    #expect(Set(locked.map(\.architecture)) == [.amd64, .arm64])
    #expect(Set(ReleaseTable.embedded.releases.map { $0.parts[.wasmtime]?.usual }) == [wasmtime])
  }

  @Test(arguments: ["bash", "zsh", "fish"])
  func `completion prints a script that the shell reads`(shell: String) throws {
    let result = try program.run("completion", shell)
    #expect(result.status == 0 && result.text.contains("---completion"))
    try program.folder.write("script", Data(result.text.utf8))
    let check = shell == "fish" ? "fish --no-execute script" : "\(shell) -n script"
    try program.folder.shell(check)
  }

  @Test func `A list goes on behind its comma, and the inventory is the one that the line names`() {
    #expect(Completions.continuing("pi1,wo", with: ["pi1", "pi2", "worker"]) == ["pi1,pi2", "pi1,worker"])
    #expect(Completions.continuing("", with: ["pi1"]) == ["pi1"])
    #expect(Completions.inventory(in: ["hearth", "node", "drain", "-i", "a.yaml", "p"]) == "a.yaml")
    #expect(Completions.inventory(in: ["hearth", "--inventory=b.yaml"]) == "b.yaml")
    #expect(Completions.inventory(in: ["hearth", "up"]) == nil)
  }

  @Test func `A shell's question for hosts is answered from the inventory`() throws {
    try program.inventory()
    let words = ["hearth", "node", "drain", "p"]
    let answer = try program.run(
      "---completion", "node", "drain", "--", "positional@0", "3", "1", words[0], words[1], words[2], words[3],
      environment: ["SAP_SHELL": "bash"])
    #expect(answer.status == 0 && answer.text.contains("pi1"), "\(answer.text)")
  }
}
