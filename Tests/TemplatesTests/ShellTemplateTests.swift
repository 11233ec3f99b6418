import Foundation
import Testing

@testable import Templates

/// Every shell program below `templates/`.
struct ShellTemplateTests {
  /// Programs that hold templates of Go, which are not tags of hearth's: they are sent as they are.
  static let withGoTemplates: Set<String> = [
    "certificates/sign-certificates", "rotation/wait-for-trust", "rotation/renew-tokens", "notify/notify",
  ]

  static var names: [String] {
    Template.names(below: "").filter { TemplateFormat(fileName: $0) == .shell && !withGoTemplates.contains($0) }
  }

  /// Values that may stand elsewhere than where a word is expected, each with its reason.
  static let elsewhere: Set<String> = [
    // A whole number that hearth reckons.
    "smoke/watch-roll.sh seconds arithmetic"
  ]

  /// What is put in as it is, each with its reason.
  static let raw: Set<String> = [
    // Functions of hearth's own, made of constants and quoted words.
    "smoke/clean.sh kube", "smoke/failover-start.sh kube", "smoke/pod-trial.sh kube", "smoke/roll.sh kube",
    "smoke/start.sh kube", "smoke/storage.sh kube", "smoke/host-trial.sh fetch", "smoke/pod-trial.sh fetch",
    "addons/apply prune", "addons/remove prune",
    // A whole program of hearth's own, which is the same for `reset`.
    "metrics/remove-exporter remove",
    // Patterns of paths that the shell fills in: constants, and the version of a lock file, quoted.
    "smoke/host-state.sh certificates", "wasm/leftovers paths", "wasm/leftovers pattern",
  ]

  @Test(arguments: names)
  func everyValueStandsWhereAWordIsExpected(_ name: String) throws {
    for place in try ShellScanner.places(name) {
      if place.isRaw {
        #expect(Self.raw.contains("\(name) \(place.tag)"), "\(place)")
        #expect(place.context == .word, "\(place)")
      } else if place.context != .word {
        #expect(Self.elsewhere.contains("\(name) \(place.tag) \(place.context.rawValue)"), "\(place)")
      }
    }
  }

  @Test func noReasonIsLeftOver() throws {
    let places = try Self.names.flatMap { try ShellScanner.places($0) }
    #expect(Set(places.filter(\.isRaw).map { "\($0.template) \($0.tag)" }) == Self.raw)
    #expect(
      Set(places.filter { !$0.isRaw && $0.context != .word }.map { "\($0.template) \($0.tag) \($0.context.rawValue)" })
        == Self.elsewhere)
  }

  /// The scanner finds what it is there for.
  @Test(arguments: [
    ("a '{{x}}'", ShellContext.singleQuotes), ("a \"{{x}}\"", .doubleQuotes), ("a {{x}}", .word), ("# {{x}}", .comment),
    ("a \"$(b {{x}})\"", .word), ("a ${y:-{{x}}}", .expansion), ("a $(({{x}} + 1))", .arithmetic),
    ("cat <<'E'\n{{x}}\nE\n", .hereDocument), ("cat <<E\nE\na {{x}}", .word), ("a#b {{x}}", .word),
    ("case y in a) b \"$(case z in c) d ;; esac; e)\" {{x}} ;; esac", .word), ("a \\' {{x}}", .word),
    ("a \"\\\"{{x}}\"", .doubleQuotes), ("a='b'{{x}}'c'", .word), ("f() { a; }; {{x}}", .word), ("a --b={{x}}", .word),
  ])
  func theScannerKnowsTheShell(_ text: String, _ context: ShellContext) throws {
    #expect(try ShellScanner.places(text: text).map(\.context) == [context])
  }

  @Test(
    .enabled(
      if: FileManager.default.isExecutableFile(atPath: "/usr/bin/shellcheck"),
      "needs shellcheck (apt install shellcheck)"),
    arguments: Template.names(below: "").filter { TemplateFormat(fileName: $0) == .shell })
  func shellcheckIsSilent(_ name: String) throws {
    let source = try Template.text(of: name)
    let text = Self.withGoTemplates.contains(name) ? source : Self.filled(try TemplateText(source).parts)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/shellcheck")
    let isBash = source.prefix { $0 != "\n" }.contains("bash")
    // 2034, 2154, 2317: what other parts of a program use. 2043, 2050, 2194: words that stand for values are constant.
    process.arguments = [
      "-s", isBash ? "bash" : "dash", "-e", "SC2002,SC2034,SC2043,SC2050,SC2154,SC2194,SC2317,SC1091", "-",
    ]
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    try input.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    try input.fileHandleForWriting.close()
    let said = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(said)")
  }

  /// With a word for each value and every section once.
  private static func filled(_ parts: [TemplateText.Part]) -> String {
    parts.map { part in
      switch part {
      case .text(let text): text
      case .value(let name, let isRaw):
        switch name {
        case "kube": "kube() { command kubectl \"$@\"; }"
        case "remove": "echo"
        case "fetch": "fetch() { echo \"$1\" \"$2\" \"$3\"; }"
        case "prune":
          """
          kube() { command kubectl "$@"; }
          prune() { echo "$1"; }
          remember() { echo "$1" "$2" "$3"; }
          """
        case _ where isRaw: "/etc/*.x"
        default: "17"
        }
      case .section(_, _, let inner): filled(inner)
      }
    }.joined()
  }
}
