import Foundation
import Testing

/// Every string in Swift that reads like a shell program or a command to copy: what is put into it is quoted, or is of a
/// kind that cannot be more than it is.
struct ShellSourceTests {
  /// What may stand in a program without quoting, each with its reason: a pattern for the expression, and where.
  static let allowed: [(expression: String, file: String, reason: String)] = [
    (#"\.shellQuoted\b|\.shellWords\b"#, "", "quoted by the one function"),
    (#"^(Self|[A-Z][A-Za-z]*)(\.[a-zA-Z]+)+$"#, "", "a constant"),
    (
      #"^Self\.publicKeyFile\(of: key\.type\)$"#, "Sources/SSH/Connection/SSHConnection+HostKey.swift",
      "one of a few constants"
    ),
    (#"\.octal$|radix: 8\)$"#, "", "a mode in octal digits"),
    (#"\.base64Lines$"#, "", "the alphabet of base64"),
    (#"^(before|after|file|text)\.sha256$|^sum$|algorithm\.rawValue$"#, "", "digits, or a case of an enumeration"),
    (#"^[A-Za-z]+ \? "[^"\\]*" : "[^"\\]*"$"#, "", "one of two constants"),
    (#"^Status\.[a-zA-Z]+\.rawValue$"#, "", "a number"),
    (
      #"^(index|max\(0, lines\)|head\.count|keep|3 \* failover\.heartbeatSeconds|Int\(seconds( / 60)?\))$"#, "",
      "a whole number"
    ),
    (#"^nonce$"#, "Sources/SSH/Root/RootCommand.swift", "digits and letters made here"),
    (#"^(notRoot|check|reader)$"#, "Sources/SSH/Root/RootCommand.swift", "parts of the same program, made above"),
    (#"^(names|keys|quoted|table|target|unit|since)$"#, "", "words that were quoted where they were made"),
    (#"^verb$"#, "Sources/Provision/Kinds/Unit+Kind.swift", "one of two constants"),
    (
      #"^(folder|path)$"#, "Sources/Provision/Engine/ApplyProgram.swift",
      "checked before: letters, digits and -_./ only"
    ),
    (#"^(path|file)$"#, "Sources/hearth/RemoteFolder.swift", "quoted where it was made"),
    (#"^words$"#, "Sources/Bootstrap/Node/ClusterNode+Runtime.swift", "quoted where they were made"),
    (#"^job$"#, "Sources/Provision/Engine/Engine.swift", "a path made here"),
    (#"^job$"#, "Sources/Provision/Engine/Engine.swift", "a path made here"),
    (#"^template$"#, "Sources/Provision/Kinds/HostsBlock.swift", "a constant"),
    (#"^place\.host \?\? "NAME"$"#, "Sources/Smoke/Conditions/HealthCondition+Hosts.swift", "a name of the inventory"),
    (#"^objects$"#, "Sources/Bootstrap/Security/ClusterObjects+Access.swift", "a constant"),
    (#"^selector$"#, "Sources/Bootstrap/Objects/ClusterObjects.swift", "a constant"),
    (#"^commands\.joined"#, "Sources/Bootstrap/Drain/Drain.swift", "commands of quoted words"),
    (#"^line$"#, "Sources/hearth/Commands/ExecCommand.swift", "what the person typed, who is root there"),
    (#"^line$"#, "Sources/Preflight/Preparation/PreparedHost.swift", "a constant"),
    (#"^samples \? "rm -rf /var/lib/hearth/samples" : ""$"#, "", "one of two constants"),
    (#"^text$"#, "Sources/Smoke/Cluster/ClusterAccess.swift", "quoted where it was made"),
  ]

  /// Strings that only look like programs.
  static let sentences =
    #"^(! _$| while it showed |for _ |set `|if that|kubectl (failed|reaches)|sudo (refused|wants|says|password)|until now|file _$|sysctl _$|set it)|hearth recovery card|hearth up fixes"#

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static let sources: [String] = {
    let folder = root.appending(path: "Sources").path
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    return names.filter { $0.hasSuffix(".swift") }.sorted().map { "Sources/\($0)" }
  }()

  struct Found: CustomStringConvertible {
    var file: String
    var line: Int
    var expression: String
    var description: String { "\(file):\(line): \\(\(expression)) is not quoted" }
  }

  static func unquoted(in text: String, file: String) throws -> [Found] {
    let program = try Regex(
      #"(?:^|\n|&& |\|\| |; |\| |\$\()\s*(?:"# + commands.joined(separator: "|") + #")(?=[ "]|$)"#)
    let sentence = try Regex(sentences)
    let rules = try allowed.filter { $0.file.isEmpty || $0.file == file }.map { try Regex($0.expression) }
    var found: [Found] = []
    for literal in SwiftLiterals(text).all where !literal.expressions.isEmpty {
      guard literal.text.contains(program), !literal.text.contains(sentence) else { continue }
      for expression in literal.expressions {
        if !rules.contains(where: { expression.contains($0) }) {
          found.append(Found(file: file, line: literal.line, expression: expression))
        }
      }
    }
    return found
  }

  static let commands = [
    "set", "exec", "rm", "mkdir", "cat", "printf", "echo", "kubectl", "systemctl", "ctr", "kube", #"\["#, "cmp", "grep",
    "journalctl", "chmod", "chown", "mv", "cp", "sh", "sha256sum", "timeout", "etcdctl", "iptables", "ip", "curl",
    "sudo",
    "ls", "tar", "df", "command", "apt-cache", "apt-get", "ssh-keygen", "ssh-add", "ssh", "head", "getent", "file",
    "mount",
    "umask", "setsid", "nsenter", "env", "trap", "awk", "sed", "test", "if", "for", "while", "until", "dpkg-query",
    "sysctl",
    "modprobe", "gzip", "base64", "date", "touch", "ln", "!", #"\$kubectl"#, "remove_path", "put_file", "edit_cmdline",
    "set_value", "set_attributes", "record", "unit_running", "load_module", "stat",
    "hearth (?:adopt|image|node|reset|restore|up)",
  ]

  @Test func everyValueInAProgramIsQuoted() throws {
    #expect(Self.sources.count > 400)
    var found: [Found] = []
    for file in Self.sources {
      let text = try String(contentsOf: Self.root.appending(path: file), encoding: .utf8)
      found += try Self.unquoted(in: text, file: file)
    }
    #expect(found.isEmpty, "\(found.map(\.description).joined(separator: "\n"))")
  }

  @Test(arguments: [
    (#"let a = "rm -rf \(path)""#, ["path"]), (#"let a = "rm -rf \(path.shellQuoted)""#, []),
    (#"let a = "the file \(path) is gone""#, []), (#"let a = "cd /x && cat '\(name)'""#, ["name"]),
    (##"let a = #"echo \#(name)"#"##, ["name"]),
    ("let a = \"\"\"\n  x=1\n  rm \\(f(\"a\", b))\n  \"\"\"", [#"f("a", b)"#]),
    (#"// let a = "rm \(path)""#, []), (#"let a = "ls \(Self.folder)""#, []),
    (#"run("mkdir \(a)"); run("rm \(b.shellQuoted) \(c)")"#, ["a", "c"]),
  ])
  func theSearchFindsThem(_ source: String, _ wanted: [String]) throws {
    #expect(try Self.unquoted(in: source, file: "x.swift").map(\.expression) == wanted)
  }
}

/// The string literals of a Swift source, with the expressions in them.
struct SwiftLiterals {
  struct Literal {
    var line: Int
    /// Expressions left out.
    var text: String
    var expressions: [String]
  }

  private(set) var all: [Literal] = []
  private let characters: [Character]
  private let mark: String
  private var index = 0
  private var line = 1

  /// - Parameter mark: stands for an expression.
  init(_ source: String, mark: String = "_") {
    self.mark = mark
    characters = Array(source)
    while index < characters.count {
      if follows("//") {
        while index < characters.count, characters[index] != "\n" { index += 1 }
      } else if let opening = opening() {
        all.append(literal(opening))
      } else {
        step()
      }
    }
  }

  private mutating func step() {
    if characters[index] == "\n" { line += 1 }
    index += 1
  }

  private func follows(_ text: String) -> Bool {
    text.enumerated().allSatisfy { index + $0.offset < characters.count && characters[index + $0.offset] == $0.element }
  }

  private func opening() -> (hashes: String, quotes: String)? {
    var hashes = ""
    while index + hashes.count < characters.count, characters[index + hashes.count] == "#" { hashes += "#" }
    if follows(hashes + "\"\"\"") { return (hashes, "\"\"\"") }
    return follows(hashes + "\"") ? (hashes, "\"") : nil
  }

  private mutating func literal(_ opening: (hashes: String, quotes: String)) -> Literal {
    var found = Literal(line: line, text: "", expressions: [])
    index += opening.hashes.count + opening.quotes.count
    let escape = "\\" + opening.hashes
    while index < characters.count {
      if follows(opening.quotes + opening.hashes) {
        index += opening.quotes.count + opening.hashes.count
        break
      }
      if follows(escape + "(") {
        index += escape.count + 1
        found.expressions.append(expression())
        found.text += mark
      } else if follows(escape + "n") {
        found.text += "\n"
        index += escape.count + 1
      } else if follows(escape), opening.hashes.isEmpty {
        found.text += index + 1 < characters.count ? String(characters[index + 1]) : ""
        index += 2
      } else {
        found.text.append(characters[index])
        step()
      }
    }
    return found
  }

  private mutating func expression() -> String {
    let begin = index
    var depth = 1
    while index < characters.count {
      if let opening = opening() {
        all.append(literal(opening))
        continue
      }
      if characters[index] == "(" { depth += 1 }
      if characters[index] == ")" { depth -= 1 }
      if depth == 0 { break }
      step()
    }
    let text = String(characters[begin..<index])
    index += 1
    return text
  }
}
