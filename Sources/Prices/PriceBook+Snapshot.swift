package import Diagnostics

extension PriceBook {
  /// The prices that come with hearth: dated, with a source on every line, usable without a network.
  package static func snapshot() throws(HearthErrors) -> PriceBook { try embedded.get() }

  /// Read once: it never changes.
  private static let embedded = Result { () throws(HearthErrors) in try readEmbedded() }

  private static func readEmbedded() throws(HearthErrors) -> PriceBook {
    var book = PriceBook()
    for (name, text) in embeddedFiles.sorted(by: { $0.key < $1.key }) where name.hasSuffix(".yaml") {
      book = book.overlaid(with: try PriceFile.decode(text, file: "inventory/prices/\(name)"))
    }
    try book.checkFamilies(file: "inventory/prices")
    return book
  }

  /// The snapshot, over it what was fetched, over that the owner's own files, in this order.
  /// - Throws: Every mistake of every file.
  package static func assemble(
    base: PriceBook? = nil, fetched: [PriceBook] = [], files: [String] = []
  ) throws(HearthErrors) -> PriceBook {
    var book: PriceBook
    if let base { book = base } else { book = try snapshot() }
    for other in fetched { book = book.superseded(by: other) }
    var mistakes: [HearthError] = []
    for file in files {
      do throws(HearthErrors) {
        book = book.overlaid(with: try PriceFile.load(path: file))
        try book.checkFamilies(file: file)
      } catch {
        mistakes += error.errors
      }
    }
    guard mistakes.isEmpty else { throw HearthErrors(mistakes) }
    return book
  }

  /// Every family that an instance names must be known, or its performance would silently be unknown.
  func checkFamilies(file: String) throws(HearthErrors) {
    let known = Set(families.map(\.id))
    let named =
      instances.map { ($0.provider, $0.name, $0.family) } + flexible.map { ($0.provider, $0.name, $0.family) }
    let mistakes = named.compactMap { provider, name, family -> HearthError? in
      guard let family, !known.contains(family) else { return nil }
      return HearthError(
        .inventory, "\(provider) \(name) names the CPU family `\(family)`, which is not known",
        subject: Subject(file: file),
        hint: "use one of \(known.sorted().joined(separator: ", ")), or add it to `families`")
    }
    guard mistakes.isEmpty else { throw HearthErrors(mistakes) }
  }
}
