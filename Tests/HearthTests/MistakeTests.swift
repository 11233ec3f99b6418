import Foundation
import TestSupport
import Testing

/// What the program says of small mistakes, before any host is asked.
@Suite(.enabled(if: Program.missing == nil, "needs the built program"))
struct MistakeTests {
  private let program: Program
  init() throws { program = try Program() }

  private func start(_ more: String...) throws -> Program.Result {
    try program.run(
      ["init", "--name", "home", "--first-address", "192.168.1.11", "--nodes", "2", "--user", "pi"] + more)
  }

  @Test("init says which versions there are", arguments: ["1.36", "v1.36", "latest"])
  func versions(text: String) throws {
    let result = try start("--kubernetes", text)
    #expect(result.status == 2)
    #expect(result.text.contains("`\(text)` is not a Kubernetes version"))
    #expect(
      result.text.contains(text.contains("1.36") ? "name one of v1.36." : "write it as in v1."))
    #expect(try !FileManager.default.contentsOfDirectory(atPath: program.folder.path).contains("hearth.yaml"))
  }

  @Test("init warns of a version that `up` would refuse, and says what helps")
  func unknownVersion() throws {
    let result = try start("--kubernetes", "v1.36.99")
    #expect(result.status == 0)
    #expect(result.text.contains("warning: no checksum of Kubernetes v1.36.99"))
    #expect(result.text.contains("`hearth artifacts lock v1.36.99`"))
    #expect(try !start("--force").text.contains("warning"))
  }

  @Test("a file in a folder that is not there: which folder, and how to make it")
  func noFolder() throws {
    let result = try start("--file", "racks/home/hearth.yaml")
    #expect(result.status == 2)
    #expect(result.text.contains("there is no folder racks/home") && result.text.contains("mkdir -p racks/home"))
  }

  @Test("the inventory's first line is the one that editors read")
  func firstLine() throws {
    #expect(try start().status == 0)
    #expect(try program.folder.read("hearth.yaml").hasPrefix("# yaml-language-server: $schema="))
  }

  @Test("the command that looks by hand names a folder")
  func image() throws {
    let result = try program.run("image", "inspect", "nope.tar")
    #expect(result.status == 1)
    #expect(result.text.contains("ls -l .\n") && !result.text.contains("''"))
  }

  @Test("a file that is not a backup is refused before anybody logs in", arguments: [nil, "pi1\n", ""] as [String?])
  func noBackup(content: String?) throws {
    try program.inventory()
    if let content { try program.folder.write("nope", content) }
    let result = try program.run("restore", "nope")
    #expect(result.status == 2)
    #expect(
      result.text.contains(content == nil ? "nope: there is no such file" : "nope: this is not a backup of a cluster"))
    #expect(!result.text.contains("pi1"))
  }

  @Test("errors of the command line begin as all others do")
  func spelling() throws {
    for words in [["up", "--frobnicate"], ["node", "drain"], ["upp"]] {
      let result = try program.run(words)
      #expect(result.status == 2 && result.text.hasPrefix("error: "), "\(result.text)")
    }
  }

  @Test("a report that goes to a file does not go to the screen as well")
  func files() throws {
    let example = DocumentPages.project.appending(path: "inventory/four-pi4.yaml").path
    let result = try program.run("cost", "report", "-i", example, "--csv", "report.csv")
    #expect(result.status == 0 && result.text.split(separator: "\n") == ["wrote report.csv (table)"])
    #expect(try program.run("cost", "report", "-i", example).text.contains("/month at home"))
  }

  @Test("columns of runs stay straight, however long a command is")
  func runs() throws {
    let network = try PrivateNetwork()
    try program.inventory(lab: network.lab)
    for words in [["exec", "--", "true"], ["node", "cordon", "pi1"]] { _ = try program.run(words) }
    let lines = try program.run("runs").text.split(separator: "\n")
    #expect(lines.count == 2 && lines.allSatisfy { $0.contains("exec ") || $0.contains("node cordon ") })
    #expect(Set(lines.map { $0.range(of: "changed")?.lowerBound.utf16Offset(in: $0) }).count == 1, "\(lines)")
  }
}
