import ArgumentParser
import Foundation
import TestSupport
import Testing

@testable import hearth

/// Every command block of the pages says who runs it or why nobody does, and no page names a command or flag that is not there.
struct DocumentBlockTests {
  @Test("a block has a kind, and no block is made by indentation alone", arguments: DocumentPages.all)
  func kinds(page: String) throws {
    let kinds = ["sh", "console", "text", "yaml", "json", "mustache", "layers"]
    for block in try DocumentBlock.all(of: page) { #expect(kinds.contains(block.kind), "\(block): \(block.kind)") }
    var fenced = false
    var before = ""
    for line in try DocumentPages.text(page).split(separator: "\n", omittingEmptySubsequences: false) {
      if line.trimmingCharacters(in: .whitespaces).hasPrefix("```") { fenced.toggle() }
      if !fenced, line.hasPrefix("    "), before.isEmpty || before.hasPrefix("#") {
        #expect(!line.contains("hearth "), "\(page): \(line)")
      }
      before = String(line)
    }
  }

  @Test("every command block is marked, and what runs it elsewhere names its commands", arguments: DocumentPages.all)
  func marks(page: String) throws {
    for block in try DocumentBlock.all(of: page) where block.isCommands {
      guard let mark = block.mark else {
        Issue.record("\(block): put <!-- run -->, <!-- run by TEST --> or <!-- not run: WHY --> above it")
        continue
      }
      guard case .elsewhere(let name) = mark else { continue }
      let file = DocumentPages.project.appending(path: name)
      guard let text = try? String(contentsOf: file, encoding: .utf8) else {
        Issue.record("\(block): there is no \(name)")
        continue
      }
      // A Swift test names the words one by one.
      let said = text.replacing("\", \"", with: " ").replacing("\"", with: " ")
      for words in block.typed.flatMap(ShellWords.hearth) {
        let command = words.prefix { !$0.hasPrefix("-") && !$0.contains(/[.\/@:\dA-Z]/) }.prefix(2)
          .joined(separator: " ")
        if !said.contains(command) { Issue.record("\(block): \(name) does not run \(command)") }
      }
    }
  }

  @Test("every hearth command in a block is one that the parser takes", arguments: DocumentPages.all)
  func blocks(page: String) throws {
    for block in try DocumentBlock.all(of: page) where block.isCommands {
      for words in block.typed.flatMap(ShellWords.hearth) { parse(words, at: "\(block)") }
    }
  }

  /// `hearth node add` in a sentence names a command without its host: only what is there is looked at.
  @Test("every hearth command and flag in a sentence is there", arguments: DocumentPages.all)
  func sentences(page: String) throws {
    try Self.checkNames(in: page)
  }

  @Test("every hearth command and flag that a message names is there")
  func messages() throws {
    let files = ["Sources", "templates"].flatMap(DocumentPages.files(below:))
    for file in files where !file.hasSuffix(".js") { try Self.checkNames(in: file) }
  }

  private static func checkNames(in file: String) throws {
    guard let text = try? DocumentPages.text(file), text.contains("`hearth ") else { return }
    for match in text.matches(of: /`(hearth [^`\n]+)`/) {
      // What is filled in stands for a word.
      let line = match.1.replacing(/\\\([^()]*(?:\([^()]*\)[^()]*)*\)/, with: "X")
      for words in ShellWords.hearth(String(line)) where !["COMMAND", "X"].contains(words.first) {
        let place = "\(file): \(match.1)"
        #expect(throws: Never.self, "\(place)") { try CommandWords.check(words) }
        let known = flags(of: words)
        for word in words.prefix(while: { $0 != "--" }) where word.hasPrefix("--") {
          let flag = String(word.prefix { $0 != "=" })
          #expect(known.contains(flag), "\(place): \(flag)")
        }
      }
    }
  }

  /// As the help of the command lists them.
  private static func flags(of words: [String]) -> Set<String> {
    var command: any ParsableCommand.Type = Hearth.self
    for word in words.prefix(while: { !$0.hasPrefix("-") }) {
      let below = command.configuration.subcommands + command.configuration.groupedSubcommands.flatMap(\.subcommands)
      let named = below.first { ([$0._commandName] + $0.configuration.aliases).contains(word) }
      guard let child = named ?? (command == Hearth.self ? nil : command.configuration.defaultSubcommand) else { break }
      command = child
      if named == nil { break }
    }
    command = command.configuration.defaultSubcommand ?? command
    let help = Hearth.helpMessage(for: command, includeHidden: true, columns: 500)
    let flags = help.split(separator: "\n").filter { $0.hasPrefix("  -") }.flatMap { line in
      line.dropFirst(2).prefix { $0 != "<" }.matches(of: /--[\w-]+/).map { String($0.0) }
    }
    return Set(flags + ["--help"])
  }

  /// In a folder with the example of four Raspberry Pis, the sample program and an earlier report; no host is reached.
  @Test(
    "a block that is marked so runs as it stands", .enabled(if: Program.missing == nil, "needs the built program"),
    arguments: try DocumentPages.all.filter { try DocumentBlock.all(of: $0).contains { $0.mark == .run } })
  func runs(page: String) throws {
    let program = try Program()
    let folder = program.folder
    for (file, name) in [("inventory/four-pi4.yaml", "hearth.yaml"), ("templates/wasm/web.wasm", "web.wasm")] {
      try FileManager.default.copyItem(
        atPath: DocumentPages.project.appending(path: file).path, toPath: folder.file(name))
    }
    try FileManager.default.createSymbolicLink(atPath: folder.path + "/hearth", withDestinationPath: Program.path)
    #expect(try program.run("cost", "report", "--output", "json", shell: " >main.json").status == 0)
    for block in try DocumentBlock.all(of: page) where block.mark == .run {
      for line in block.typed {
        let done = try program.shell("PATH=\"$PWD:$PATH\"; \(line)")
        #expect(done.status == 0, "\(block): \(line)\n\(done.text)")
      }
    }
  }

  @Test("docs/README.md counts the blocks as they are")
  func counts() throws {
    let blocks = try DocumentPages.all.flatMap(DocumentBlock.all(of:)).filter(\.isCommands)
    let run = blocks.filter { $0.mark == .run }.count
    let elsewhere = blocks.filter { if case .elsewhere = $0.mark { true } else { false } }.count
    let lines = blocks.flatMap(\.typed).flatMap(ShellWords.hearth).count
    let table = """
      | command blocks | \(blocks.count) |
      |---|---|
      | run as they stand | \(run) |
      | whose commands another test or script runs | \(elsewhere) |
      | not run, with the reason above them | \(blocks.count - run - elsewhere) |
      | hearth commands in them, which the parser takes | \(lines) |
      """
    let page = try DocumentPages.text("docs/README.md")
    let begin = try #require(page.range(of: "| command blocks |")?.lowerBound)
    let wanted = page[..<begin] + table + "\n"
    if ProcessInfo.processInfo.environment["HEARTH_REWRITE"] == "1" {
      try wanted.write(to: DocumentPages.project.appending(path: "docs/README.md"), atomically: true, encoding: .utf8)
    }
    #expect(try DocumentPages.text("docs/README.md") == wanted)
  }

  private func parse(_ words: [String], at place: String) {
    do {
      try CommandWords.check(words)
      _ = try Hearth.parseAsRoot(words)
    } catch {
      guard !Hearth.exitCode(for: error).isSuccess else { return }  // --help and its like
      Issue.record("\(place): hearth \(words.joined(separator: " ")): \(Hearth.message(for: error))")
    }
  }
}
