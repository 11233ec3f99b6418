import Templates

/// Where in a shell program a value stands.
enum ShellContext: String {
  /// Where the shell expects words: quoting makes one of it.
  case word
  case singleQuotes, doubleQuotes, comment, hereDocument, expansion, arithmetic
}

/// Finds the places of tags in a shell template, by what a POSIX shell makes of the text around them.
struct ShellScanner {
  struct Place: Hashable, CustomStringConvertible {
    var template: String
    var tag: String
    var isRaw: Bool
    var context: ShellContext
    var description: String { "\(template) {{\(tag)}}\(isRaw ? " raw" : "") in \(context.rawValue)" }
  }

  private enum Frame: Equatable {
    case program(parentheses: Int, cases: Int, isSubstitution: Bool)
    case double, single, brace, arithmetic(parentheses: Int)
  }

  private var units: [Unit] = []
  private enum Unit {
    case character(Character)
    case tag(String, isRaw: Bool)
  }

  static func places(text: String) throws -> [Place] {
    var scanner = ShellScanner()
    scanner.flatten(try TemplateText(text).parts)
    return scanner.scan("text")
  }

  static func places(_ name: String) throws -> [Place] {
    var scanner = ShellScanner()
    scanner.flatten(try TemplateText(Template.text(of: name)).parts)
    return scanner.scan(name)
  }

  private mutating func flatten(_ parts: [TemplateText.Part]) {
    for part in parts {
      switch part {
      case .text(let text): units += text.map { .character($0) }
      case .value(let name, let isRaw): units.append(.tag(name, isRaw: isRaw))
      case .section(_, _, let inner): flatten(inner)
      }
    }
  }

  private func character(_ index: Int) -> Character? {
    guard units.indices.contains(index), case .character(let character) = units[index] else { return nil }
    return character
  }

  private func follows(_ text: String, at index: Int) -> Bool {
    text.enumerated().allSatisfy { character(index + $0.offset) == $0.element }
  }

  private func scan(_ name: String) -> [Place] {
    var places: [Place] = []
    var frames: [Frame] = [.program(parentheses: 0, cases: 0, isSubstitution: false)]
    var pending: [String] = []
    var word = ""
    var index = 0
    func note(_ tag: String, _ isRaw: Bool, _ context: ShellContext) {
      places.append(Place(template: name, tag: tag, isRaw: isRaw, context: context))
    }
    while index < units.count {
      guard let next = character(index) else {
        if case .tag(let tag, let isRaw) = units[index] {
          let context: ShellContext =
            switch frames[frames.count - 1] {
            case .program: .word
            case .double: .doubleQuotes
            case .single: .singleQuotes
            case .brace: .expansion
            case .arithmetic: .arithmetic
            }
          note(tag, isRaw, context)
          word += "x"
        }
        index += 1
        continue
      }
      switch frames[frames.count - 1] {
      case .single:
        if next == "'" { frames.removeLast() }
        index += 1
      case .double, .brace:
        let isBrace = frames[frames.count - 1] == .brace
        if next == "\\" {
          index += 2
        } else if isBrace ? next == "}" : next == "\"" {
          frames.removeLast()
          index += 1
        } else if isBrace, next == "'" {
          frames.append(.single)
          index += 1
        } else if isBrace, next == "\"" {
          frames.append(.double)
          index += 1
        } else {
          index = expansion(at: index, &frames)
        }
      case .arithmetic(let depth):
        if next == "(" {
          frames[frames.count - 1] = .arithmetic(parentheses: depth + 1)
          index += 1
        } else if next == ")", depth > 0 {
          frames[frames.count - 1] = .arithmetic(parentheses: depth - 1)
          index += 1
        } else if follows("))", at: index) {
          frames.removeLast()
          index += 2
        } else {
          index = expansion(at: index, &frames)
        }
      case .program(let parentheses, let cases, let isSubstitution):
        func replace(_ parentheses: Int, _ cases: Int) {
          frames[frames.count - 1] = .program(
            parentheses: parentheses, cases: cases, isSubstitution: isSubstitution)
        }
        if !next.isLetter {
          if word == "case" { replace(parentheses, cases + 1) }
          if word == "esac" { replace(parentheses, max(0, cases - 1)) }
        }
        guard case .program(let parentheses, let cases, _) = frames[frames.count - 1] else { continue }
        let isWordStart = word.isEmpty
        word = next.isWhitespace || ";&|()".contains(next) ? "" : word + String(next)
        switch next {
        case "\\": index += 2
        case "'":
          frames.append(.single)
          index += 1
        case "\"":
          frames.append(.double)
          index += 1
        case "#" where isWordStart:
          while index < units.count, character(index) != "\n" {
            if case .tag(let tag, let isRaw) = units[index] { note(tag, isRaw, .comment) }
            index += 1
          }
          word = ""
        case "<" where follows("<<", at: index) && character(index + 2) != "<":
          index += 2
          if character(index) == "-" { index += 1 }
          var end = ""
          while let found = character(index), !found.isWhitespace, found != ")" {
            if !"'\"\\".contains(found) { end.append(found) }
            index += 1
          }
          pending.append(end)
        case "\n":
          index += 1
          for end in pending { index = hereDocument(at: index, until: end, note) }
          pending = []
        case "(":
          replace(parentheses + 1, cases)
          index += 1
        case ")":
          if parentheses > 0 {
            replace(parentheses - 1, cases)
          } else if cases == 0, isSubstitution {
            frames.removeLast()
            word = "x"
          }
          index += 1
        default: index = expansion(at: index, &frames)
        }
        if frames.count > 1, case .program(0, 0, true) = frames[frames.count - 1], next == "$" { word = "" }
      }
    }
    return places
  }

  /// Behind a `$` that begins something, or the next character.
  private func expansion(at index: Int, _ frames: inout [Frame]) -> Int {
    if follows("$((", at: index) {
      frames.append(.arithmetic(parentheses: 0))
      return index + 3
    }
    if follows("$(", at: index) {
      frames.append(.program(parentheses: 0, cases: 0, isSubstitution: true))
      return index + 2
    }
    if follows("${", at: index) {
      frames.append(.brace)
      return index + 2
    }
    return index + 1
  }

  private func hereDocument(
    at start: Int, until end: String, _ note: (String, Bool, ShellContext) -> Void
  ) -> Int {
    var index = start
    while index < units.count {
      var line = ""
      while index < units.count, character(index) != "\n" {
        switch units[index] {
        case .character(let character): line.append(character)
        case .tag(let tag, let isRaw): note(tag, isRaw, .hereDocument)
        }
        index += 1
      }
      index += 1
      if line.trimmingPrefix(while: { $0 == "\t" }) == end { return index }
    }
    return index
  }
}
