import Diagnostics
import Foundation
import Inventory
import Testing

/// Each `Cases/NAME.yaml` is an inventory with mistakes; `NAME.expected` is all that hearth says about it.
struct MistakeTests {
  static let environment = ["HOME": "/home/me", "RACK_PASSWORD": "correct horse", "EMPTY": "", "BAD_PORT": "99999"]

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
