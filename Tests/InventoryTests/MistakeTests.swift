import Diagnostics
import Foundation
import Inventory
import Testing

/// Each `Cases/NAME.yaml` is an inventory with mistakes; `NAME.expected` is all that hearth says about it.
struct MistakeTests {
  static let environment = [
    "HOME": "/home/me", "RACK_PASSWORD": "correct horse", "EMPTY": "", "RACK_BAD_PORT": "99999",
    "AWS_SECRET_ACCESS_KEY": "99999", "RACK_CRLF": "99999\r",
  ]

  @Test(arguments: Fixtures.names(in: Fixtures.cases, ending: ".yaml"))
  func everyMistakeIsReported(_ name: String) throws {
    let text = try Fixtures.text(Fixtures.cases.appending(path: name))
    let errors = #expect(throws: HearthErrors.self) {
      try InventoryFile.decode(text: text, file: name, environment: Self.environment)
    }
    let found = Fixtures.print(try #require(errors))
    let golden = Fixtures.cases.appending(path: name.replacing(".yaml", with: ".expected"))
    if Fixtures.rewrites { try found.write(to: golden, atomically: true, encoding: .utf8) }
    #expect(found == (try Fixtures.text(golden)))
  }

  @Test func noValueFromTheEnvironmentIsPrinted() throws {
    for name in Fixtures.names(in: Fixtures.cases, ending: ".expected") {
      let text = try Fixtures.text(Fixtures.cases.appending(path: name))
      #expect(!text.contains("correct horse") && !text.contains("99999"), "\(name) shows a value")
      #expect(!text.contains("hunter2"), "\(name) shows a password")
    }
  }

  /// Wherever a file was cut off or damaged, hearth has something to say about it and a line to show.
  @Test(arguments: ["\"", "[", "{", "\t", ":", "&", "*", "$", "\u{0}", "\u{E000}", ""])
  func damageIsReported(_ damage: String) throws {
    let text = InventoryFileTests.text
    for offset in stride(from: 0, to: text.count, by: 7) {
      let damaged = text.prefix(offset) + (damage.isEmpty ? "" : damage + text.dropFirst(offset + 1))
      do throws(HearthErrors) {
        _ = try InventoryFile.decode(text: String(damaged), file: "x.yaml", environment: Self.environment)
      } catch {
        #expect(!error.errors.isEmpty, "refused without a word after \(offset) characters")
        #expect(error.errors.allSatisfy { $0.subject.file == "x.yaml" && $0.code == .inventory })
      }
    }
  }

  @Test func thereAreCases() {
    #expect(Fixtures.names(in: Fixtures.cases, ending: ".yaml").count > 20)
  }

  @Test func missingFileSaysHowToMakeOne() throws {
    let errors = #expect(throws: HearthErrors.self) {
      try InventoryFile.load(path: "/nowhere/rack.yaml", environment: [:])
    }
    let error = try #require(errors?.errors.first)
    #expect(error.code == .inventory)
    #expect(error.subject.file == "/nowhere/rack.yaml")
    #expect(error.hint?.contains("hearth init") == true)
  }
}
