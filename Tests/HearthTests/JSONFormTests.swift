import Foundation
import TestSupport
import Testing

@testable import hearth

/// What the program prints with `--output json` is what `hearth schema` says. Runs on racks are judged in the same way by
/// the end-to-end suite.
@Suite(
  .enabled(
    if: Program.missing == nil && JSONForms.missing == nil, "needs \(JSONForms.missing ?? "the built program")"))
struct JSONFormTests {
  let program: Program
  init() throws { program = try Program() }

  /// - Parameter status: that the program must end with.
  private func expect(
    _ words: [String], _ forms: [String], status: Int32 = 0, location: SourceLocation = #_sourceLocation
  ) throws {
    let split = words.firstIndex(of: "--") ?? words.endIndex
    let asked = Array(words[..<split]) + ["--output", "json"] + words[split...]
    let result = try program.run(asked, shell: " 2>errors")
    let errors = try program.folder.read("errors")
    #expect(result.status == status, "\(words): \(result.text) \(errors)", sourceLocation: location)
    let judged = try JSONForms.judge(result.text, program: Program.path)
    #expect(judged.faults.isEmpty, "\(words)", sourceLocation: location)
    let names = judged.forms.map { $0.split(separator: ".").dropFirst().first.map(String.init) ?? "" }
    // However many lines of one form follow one another.
    let kinds = names.indices.filter { $0 == 0 || names[$0] != names[$0 - 1] }.map { names[$0] }
    #expect(kinds == forms, "\(words): \(result.text)", sourceLocation: location)
    // Beside a document, errors are lines of events.
    for line in errors.split(separator: "\n") where line.hasPrefix("{") {
      let judged = try JSONForms.judge(String(line), program: Program.path)
      #expect(judged.faults.isEmpty && judged.forms == [JSONForm.event.id], sourceLocation: location)
    }
  }

  @Test("commands that ask no host print what their schemas say")
  func local() throws {
    try program.inventory()
    try expect(["version"], ["version"])
    try expect(["schema"], ["schema-list"])
    try expect(["inventory", "validate"], ["inventory"])
    try expect(["inventory", "logins"], ["logins"])
    try expect(["config", "view"], ["config"])
    try expect(["config"], ["config"])
    try expect(["runs"], ["runs"])
    try expect(["artifacts", "list", "--arch", "arm64"], ["artifacts"])
    try expect(["artifacts", "verify", "--arch", "arm64"], ["artifacts"], status: 1)
    try expect(["backup", "list"], ["backup-list"])
    try program.folder.shell("mkdir kept")
    try program.folder.write("kept/faults-20261121T023012Z.tar.age", "x")
    try program.folder.write("kept/faults-20261122T023012Z.tar", "x")
    try expect(["backup", "list", "--in", "kept"], ["backup-list"])
    try expect(["backup", "prune", "--in", "kept", "--keep", "1", "--dry-run"], ["backup-prune"])
    try expect(["backup", "prune", "--in", "kept", "--keep", "1", "--yes"], ["backup-prune"])
    try expect(["backup", "prune", "--in", "kept", "--keep", "1"], ["backup-prune"])
    try expect(["cost", "prices"], ["cost-prices"])
    let plan = ["cost", "plan", "--board", "pi5-8gb", "--price", "118", "--tariff", "0.30"]
    try expect(plan, ["cost-report"])
  }

  @Test("a whole cost report, with what-if", .enabled(if: JSONForms.missing == nil))
  func report() throws {
    let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../inventory")
    try expect(
      ["cost", "report", "-i", examples.appending(path: "four-pi4.yaml").path, "--what-if", "nodes=8"], ["cost-report"])
  }

  @Test("images")
  func images() throws {
    let module = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../templates/wasm/trial-module.wasm")
    try Data(contentsOf: module).write(to: URL(fileURLWithPath: program.folder.file("web.wasm")))
    try expect(["image", "pack", "web.wasm"], ["image-pack"])
    try expect(["image", "inspect", "web.tar"], ["image"])
  }

  @Test(
    "errors are events, whatever finds them",
    arguments: [
      ["plan"], ["upp"], ["up", "--frobnicate"], ["node", "lis"], ["schema", "nothing"], ["backup", "verify"],
      ["kubeconfig", "--group", "view"], ["kubeconfig", "--valid", "30d"], ["cost", "report", "--explain"],
    ])
  func errors(words: [String]) throws {
    try expect(words, ["event"], status: 2)
  }

  @Test("a host that cannot be reached leaves documents and lines whole")
  func silent() throws {
    let network = try PrivateNetwork()
    try program.inventory(lab: network.lab)
    try expect(["status"], ["status"], status: 1)
    try expect(["status", "--wait", "1"], ["stages"], status: 1)
    try expect(["certs", "list"], ["certificates"], status: 4)
    try expect(["check"], ["check"], status: 1)
    try expect(["top"], ["top"], status: 4)
    try expect(["node", "show", "pi1"], ["status"], status: 1)
    try expect(["up", "--yes"], ["event"], status: 1)
    try expect(["exec", "--", "true"], ["event"], status: 4)
    try expect(["runs"], ["runs"])
  }

  @Test("output of commands on a host", .enabled(if: SSHDaemon.missing == nil))
  func exec() throws {
    let network = try PrivateNetwork()
    let daemon = try SSHDaemon(
      options: ["ListenAddress \(PrivateNetwork.address)"], networkNamespace: network.namespace)
    let key = try daemon.knownHostsLine().split(separator: " ").dropFirst().joined(separator: " ")
    try daemon.folder.write("known_hosts", "[\(PrivateNetwork.address)]:\(daemon.port) \(key)\n")
    try program.inventory(
      port: daemon.port,
      ssh: ["identityFiles: [\(daemon.userKey)]", "knownHosts: [\(daemon.folder.file("known_hosts"))]"],
      lab: network.lab)
    let result = try program.run("exec", "--output", "json", "--", "printf 'a\\nb'; exit 3", shell: " 2>errors")
    let judged = try JSONForms.judge(result.text, program: Program.path)
    #expect(result.status == 4 && judged.faults.isEmpty)
    #expect(
      judged.forms == ["hearth.event.v1", "hearth.exec.v1", "hearth.event.v1", "hearth.event.v1"], "\(result.text)")
    #expect(result.text.contains(#""output":"a\nb","schema":"hearth.exec.v1","status":3"#))
  }

  @Test("a document with a member too many, one too few, or an unknown form is found")
  func teeth() throws {
    let good = #"{"schema":"hearth.logins.v1","logins":[]}"#
    #expect(try JSONForms.judge(good, program: Program.path).faults.isEmpty)
    for bad in [
      #"{"schema":"hearth.logins.v1"}"#, #"{"schema":"hearth.logins.v1","logins":[],"more":1}"#,
      #"{"schema":"hearth.logins.v9","logins":[]}"#, #"{"logins":[]}"#, "no JSON",
      #"{"schema":"hearth.event.v1","event":"note","level":"loud","text":"x"}"#,
    ] {
      #expect(try !JSONForms.judge(bad, program: Program.path).faults.isEmpty, "\(bad)")
    }
  }

  // MARK: - Completeness

  private struct Dump: Decodable {
    struct Command: Decodable {
      struct Argument: Decodable {
        struct Name: Decodable { var name: String }
        var names: [Name]?
      }
      var commandName: String
      var subcommands: [Command]?
      var arguments: [Argument]?

      /// Those with `--output`, as they are typed.
      func speaking(_ path: [String] = []) -> [String] {
        let own = arguments?.contains { $0.names?.contains { $0.name == "output" } == true } == true
        return (own && (subcommands ?? []).isEmpty ? [path.joined(separator: " ")] : [])
          + (subcommands ?? []).flatMap { $0.speaking(path + [$0.commandName]) }
      }
    }
    var command: Command
  }

  @Test("every command with --output names its form, and the page lists them all")
  func complete() throws {
    let text = try program.run("--experimental-dump-help").text
    let dump = try JSONDecoder().decode(Dump.self, from: Data(text.utf8))
    let named = Set(JSONForm.all.flatMap(\.commands))
    let without = dump.command.speaking().filter { command in
      !named.contains(command) && !named.contains { $0.hasPrefix(command + " -") }
    }
    #expect(without.isEmpty)
    #expect(Set(JSONForm.all.map(\.id)).count == JSONForm.all.count)
    let page = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(
      path: "../../docs/reference/json.md")
    let marker = "<!-- Printed from the forms: HEARTH_REWRITE=1 swift test --filter JSONFormTests -->\n"
    let document = try String(contentsOf: page, encoding: .utf8)
    let parts = document.components(separatedBy: marker)
    try #require(parts.count == 3)
    let rows = JSONForm.all.sorted { $0.name < $1.name }.map { form in
      "| `\(form.id)` | \(form.commands.map { "`\($0)`" }.joined(separator: ", ")) | \(form.about) |\n"
    }
    let wanted =
      parts[0] + marker + "| `schema` | printed by | what it is |\n|---|---|---|\n" + rows.joined() + marker + parts[2]
    if ProcessInfo.processInfo.environment["HEARTH_REWRITE"] == "1" {
      try wanted.write(to: page, atomically: true, encoding: .utf8)
    }
    #expect(document == wanted)
  }
}
