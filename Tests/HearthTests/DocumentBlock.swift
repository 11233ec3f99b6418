import Foundation

/// A fenced block of a page, with the mark that stands in the comment above it.
struct DocumentBlock: CustomStringConvertible {
  enum Mark: Equatable {
    /// The tests run it with the program itself.
    case run
    /// Another test or script runs its commands.
    case elsewhere(String)
    case notRun(why: String)
  }

  var page: String
  var line: Int
  var kind: String
  var mark: Mark?
  var lines: [String]

  var description: String { "\(page):\(line)" }
  var isCommands: Bool { kind == "sh" || kind == "console" }

  /// What is typed: every line of `sh`, the lines behind a prompt of `console`.
  var typed: [String] {
    let typed = kind == "console" ? lines.filter { $0.hasPrefix("$ ") }.map { String($0.dropFirst(2)) } : lines
    var joined: [String] = []
    var open = false
    for line in typed {
      let part = line.hasSuffix("\\") ? String(line.dropLast()) : line
      if open { joined[joined.count - 1] += part } else { joined.append(part) }
      open = line.hasSuffix("\\")
    }
    return joined
  }

  static func all(of page: String) throws -> [DocumentBlock] {
    var blocks: [DocumentBlock] = []
    var open: DocumentBlock?
    var mark: Mark?
    let lines = try DocumentPages.text(page).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    for (number, line) in lines.enumerated() {
      let text = line.trimmingCharacters(in: .whitespaces)
      if text.hasPrefix("```") {
        if let block = open {
          blocks.append(block)
          open = nil
        } else {
          open = DocumentBlock(page: page, line: number + 1, kind: String(text.dropFirst(3)), mark: mark, lines: [])
        }
        mark = nil
      } else if open != nil {
        open?.lines.append(line)
      } else if !text.isEmpty {
        mark = Self.mark(text)
      }
    }
    return blocks + (open.map { [$0] } ?? [])
  }

  private static func mark(_ text: String) -> Mark? {
    if text == "<!-- run -->" { return .run }
    if let match = text.wholeMatch(of: /<!-- run by ([\w\/.+-]+) -->/) { return .elsewhere(String(match.1)) }
    if let match = text.wholeMatch(of: /<!-- not run: (\S.*) -->/) { return .notRun(why: String(match.1)) }
    return nil
  }
}

/// The words of a line for a shell: of each command in it, without what is redirected.
enum ShellWords {
  static func commands(_ line: String) -> [[String]] {
    var commands: [[String]] = [[]]
    var word: String?
    var quote: Character?
    var redirected = false
    func end() {
      defer { word = nil }
      guard let word else { return }
      if redirected { redirected = false } else { commands[commands.count - 1].append(word) }
    }
    for character in line {
      if let open = quote {
        if character == open { quote = nil } else { word?.append(character) }
        continue
      }
      switch character {
      case "'", "\"":
        quote = character
        word = word ?? ""
      case " ": end()
      case "#" where word == nil:
        end()
        return commands.filter { !$0.isEmpty }
      case "|", "&", ";":
        end()
        commands.append([])
      case "<", ">":
        end()
        redirected = true
      default: word = (word ?? "") + String(character)
      }
    }
    end()
    return commands.filter { !$0.isEmpty }
  }

  /// Of each `hearth …` in the line, the words behind the name.
  static func hearth(_ line: String) -> [[String]] {
    commands(line).compactMap { words in
      let words = words.drop { $0 == "sudo" || $0 == "-E" }
      return words.first == "hearth" ? Array(words.dropFirst()) : nil
    }
  }
}
