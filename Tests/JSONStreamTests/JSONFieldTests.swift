import Diagnostics
import Foundation
import JSONStream
import Testing

@Suite struct JSONFieldTests {
  private func root(_ text: String) throws -> JSONField {
    JSONField(try JSONValue(Array(text.utf8)), document: "https://prices.example/list")
  }

  @Test func `An error names the field that changed`() throws {
    let list = try root(#"{"Items":[{"price":1},{"price":"cheap"},{"cost":1}]}"#)
    let items = try list("Items").elements()
    #expect(try items[0]("price").decimal() == 1)
    let wrong = #expect(throws: HearthError.self) { try items[1]("price").decimal() }
    #expect(
      wrong?.message
        == "https://prices.example/list has the text `cheap` in `Items[1].price` where it should have a number")
    let missing = #expect(throws: HearthError.self) { try items[2]("price").decimal() }
    #expect(missing?.message == "https://prices.example/list lacks `Items[2].price`")
    #expect(missing?.hint?.contains("format has changed") == true)
  }

  @Test(arguments: [("\"0.0978\"", "0.0978"), ("4.20000000000000000001e-3", "0.00420000000000000000001")])
  func `Decimals are exact`(text: String, expected: String) throws {
    #expect(try "\(root(text).decimal())" == expected)
  }

  @Test(arguments: ["\"\"", "\"1,5\"", "null", "[1]", "\"0x10\"", "true"]) func `No number is made up`(text: String)
    throws
  {
    let field = try root(text)
    #expect(throws: HearthError.self) { try field.decimal() }
  }
}
