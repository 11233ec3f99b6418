import Foundation
import Testing

@testable import Provision

struct FieldNameTests {
  @Test(arguments: [
    FieldName.kind, .content, .mode, .owner, .state, .now, .atBoot, .restart, .reload, .cloudInit, .held("etcd-server"),
    .line(12), .other("route"),
  ])
  func `A saved plan reads what it wrote`(_ name: FieldName) throws {
    let change = FieldChange(name, from: nil, to: "x")
    #expect(FieldName(name.text) == name)
    #expect(try JSONDecoder().decode(FieldChange.self, from: JSONEncoder().encode(change)) == change)
    #expect(String(decoding: try JSONEncoder().encode([name]), as: UTF8.self) == "[\"\(name.text)\"]")
  }
}
