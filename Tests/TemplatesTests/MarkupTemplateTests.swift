import Testing

@testable import Templates

/// Where values stand in templates that are not shell programs: each format quotes for one kind of place, and no value may
/// stand in another.
struct MarkupTemplateTests {
  /// Values in CSS, each with its reason.
  static let styles: Set<String> = [
    // Whole numbers and tenths of percent that hearth reckons.
    "cost/report.html startPercent", "cost/report.html percent", "cost/report.html widthPercent",
    "cost/report.html basePercent", "bench/runtime.html width",
  ]

  /// Values that stand as they are in files for people and for cloud-init, each with its reason.
  static let plain: [String: Set<String>] = [
    // A DNS label, and one between quotes; a hexadecimal number made here.
    "flash/meta-data.txt": ["name", "id"],
    // Typed addresses and a whole number.
    "flash/network-config.txt": ["name", "address", "prefix", "gateway", "resolver"],
    // Between quotes, of a pattern without any; keys are checked and come in quotes.
    "flash/user-data.txt": ["name", "user", "."],
    // Quoted where they are made, or typed (`InventoryDraft`), and read back before anything is written.
    "inventory/hearth.yaml": [
      "schema", "lab", "name", "kubernetes", "versions", "pods", "services", "endpoint", "dns", "artifacts", "hardware",
      "user", "port", "identityFiles", "knownHosts", "sudo", "address", "roles", "slot", "hostKeys",
    ],
  ]

  /// Others have braces of Go's, for kubectl and for Prometheus, and go as they are.
  static func isOurs(_ name: String) -> Bool { !name.hasSuffix(".gotemplate") && name != "metrics/rules.yaml" }

  static func names(_ format: TemplateFormat) -> [String] {
    Template.names(below: "").filter { TemplateFormat(fileName: $0) == format && isOurs($0) }
  }

  private static let mark: Unicode.Scalar = "\u{1}"

  /// The text with a mark for each value, and the values' names.
  static func flat(_ parts: [TemplateText.Part]) -> (text: String, names: [String]) {
    var (text, names) = ("", [String]())
    for part in parts {
      switch part {
      case .text(let words): text += words
      case .value(let name, _):
        text.unicodeScalars.append(mark)
        names.append(name)
      case .section(_, _, let inner):
        let inside = flat(inner)
        text += inside.text
        names += inside.names
      }
    }
    return (text, names)
  }

  /// Where in HTML a value stands.
  enum Place: Equatable, CustomStringConvertible {
    case text, tag, comment, raw
    case attribute(String, isQuoted: Bool)
    var description: String {
      switch self {
      case .text: "text"
      case .tag: "a tag"
      case .comment: "a comment"
      case .raw: "a script or a style sheet"
      case .attribute(let name, let isQuoted): "\(isQuoted ? "" : "unquoted ")attribute \(name)"
      }
    }
    /// Escaping keeps a value a value there.
    var isSafe: Bool {
      switch self {
      case .text: true
      case .attribute(let name, true):
        !name.hasPrefix("on") && !["href", "src", "srcdoc", "style", "action", "formaction"].contains(name)
      default: false
      }
    }
  }

  static func places(html: String) throws -> [(name: String, place: Place)] {
    let (text, names) = flat(try TemplateText(html).parts)
    var places: [Place] = []
    var (place, element, attribute) = (Place.text, "", "")
    var rest = Substring(text)
    func ends(_ sign: String) -> Bool { rest.prefix(sign.count).lowercased() == sign }
    while let next = rest.first {
      if next == Character(mark) { places.append(place) }
      switch place {
      case .text:
        if rest.hasPrefix("<!--") {
          place = .comment
        } else if next == "<" {
          element = rest.dropFirst().prefix { $0.isLetter || $0 == "/" || $0 == Character(mark) }.lowercased()
          (place, attribute) = (.tag, "")
        }
      case .comment: if rest.hasPrefix("-->") { place = .text }
      case .raw: if ends("</\(element)") { (place, element, attribute) = (.tag, "", "") }
      case .tag:
        if next == ">" {
          place = ["script", "style"].contains(element) ? .raw : .text
        } else if next == "=" {
          let isQuoted = rest.dropFirst().first == "\""
          place = .attribute(attribute, isQuoted: isQuoted)
          if isQuoted { rest.removeFirst() }
        } else {
          attribute = next.isLetter || next.isNumber || next == "-" ? attribute + next.lowercased() : ""
        }
      case .attribute(_, let isQuoted):
        if isQuoted ? next == "\"" : next.isWhitespace || next == ">" {
          (place, attribute) = (.tag, "")
          if next == ">" { continue }
        }
      }
      rest.removeFirst()
    }
    return Array(zip(names, places))
  }

  @Test func everyValueInHTMLStandsWhereEscapingIsEnough() throws {
    var styles: Set<String> = []
    #expect(Self.names(.html).count > 3)
    for name in Self.names(.html) {
      for (tag, place) in try Self.places(html: Template.text(of: name)) where !place.isSafe {
        let isStyle = place == .attribute("style", isQuoted: true)
        #expect(isStyle && Self.styles.contains("\(name) \(tag)"), "\(name): {{\(tag)}} stands in \(place)")
        if isStyle { styles.insert("\(name) \(tag)") }
      }
    }
    #expect(styles == Self.styles)
  }

  @Test(arguments: [
    ("<p>{{x}}</p>", Place.text), ("<p class=\"a {{x}}\">", .attribute("class", isQuoted: true)),
    ("<p class={{x}}>", .attribute("class", isQuoted: false)),
    ("<a href=\"{{x}}\">", .attribute("href", isQuoted: true)),
    ("<p onclick=\"f({{x}})\">", .attribute("onclick", isQuoted: true)), ("<script>{{x}}</script>", .raw),
    ("<style>p { color: {{x}} }</style>", .raw), ("<!-- {{x}} -->", .comment), ("<p {{x}}>", .tag), ("<{{x}}>", .tag),
    ("<p class='{{x}}'>", .attribute("class", isQuoted: false)), ("<script></script><b>{{x}}</b>", .text),
    ("<p a=\"b\" style=\"width: {{x}}%\">", .attribute("style", isQuoted: true)), ("<p a=b>{{x}}", .text),
  ])
  func theSearchKnowsHTML(_ html: String, _ place: Place) throws {
    #expect(try Self.places(html: html).map(\.place) == [place])
    #expect(place.isSafe == ["text", "attribute class"].contains(place.description))
  }

  @Test func everyValueThatStandsAsItIsHasItsReason() throws {
    var found: [String: Set<String>] = [:]
    for name in Self.names(.plain) {
      let names = Set(Self.flat(try TemplateText(Template.text(of: name)).parts).names)
      if !names.isEmpty { found[name] = names }
    }
    #expect(found == Self.plain)
  }

  /// A value in a comment of YAML would be lost without a word.
  @Test(arguments: names(.structured)) func noValueOfATreeStandsInAComment(_ name: String) throws {
    let text = Self.flat(try TemplateText(Template.text(of: name)).parts).text
    for line in text.split(separator: "\n") {
      guard let comment = line.firstRange(of: #/(^|\s)#/#) else { continue }
      #expect(!line[comment.upperBound...].unicodeScalars.contains(Self.mark), "\(line)")
    }
  }
}
