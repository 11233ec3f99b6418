import ArgumentParser
import Diagnostics

/// The words of a command line before its options: which command they name, and what was probably meant if they name none.
enum CommandWords {
  /// - Parameter arguments: without the program's name.
  /// - Throws: `usage` for a word in the place of a subcommand that is none.
  static func check(
    _ arguments: [String], root: any ParsableCommand.Type = Hearth.self
  ) throws(HearthError) {
    var words = arguments[...]
    // `hearth help up` asks about `up`.
    if words.first == "help" { words = words.dropFirst() }
    var path = [name(of: root)]
    var command = root
    while let word = words.first, !word.hasPrefix("-") {
      let children = subcommands(of: command)
      guard !children.isEmpty else { return }
      guard let child = children.first(where: { names(of: $0).contains(word) }) else {
        // A default subcommand may take words of its own.
        if command.configuration.defaultSubcommand != nil { return }
        throw unknown(word, path, children.map { name(of: $0) })
      }
      path.append(word)
      command = child
      words = words.dropFirst()
    }
  }

  private static func subcommands(of command: any ParsableCommand.Type) -> [any ParsableCommand.Type] {
    command.configuration.subcommands + command.configuration.groupedSubcommands.flatMap(\.subcommands)
  }

  private static func names(of command: any ParsableCommand.Type) -> [String] {
    [name(of: command)] + command.configuration.aliases
  }

  private static func name(of command: any ParsableCommand.Type) -> String { command._commandName }

  private static func unknown(_ word: String, _ path: [String], _ known: [String]) -> HearthError {
    let before = path.joined(separator: " ")
    let nearest = known.map { (name: $0, distance: distance(word, $0)) }.min { $0.distance < $1.distance }
    let guess = nearest.flatMap { $0.distance <= max(1, min(word.count, $0.name.count) / 3) ? $0.name : nil }
    return HearthError(
      .usage, "`\(before)` has no command `\(word)`",
      hint: guess.map { "did you mean `\(before) \($0)`? `\(before) --help` lists all" }
        ?? "`\(before) --help` lists all")
  }

  /// How many letters must be put in, taken out, exchanged or swapped with their neighbour.
  static func distance(_ one: String, _ other: String) -> Int {
    let (a, b) = (Array(one.prefix(40)), Array(other.prefix(40)))
    var rows = [Array(0...b.count)]
    for i in 0..<a.count {
      var row = [i + 1]
      for j in 0..<b.count {
        var best = min(rows[i][j] + (a[i] == b[j] ? 0 : 1), rows[i][j + 1] + 1, row[j] + 1)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { best = min(best, rows[i - 1][j - 1] + 1) }
        row.append(best)
      }
      rows.append(row)
    }
    return rows[a.count][b.count]
  }
}
