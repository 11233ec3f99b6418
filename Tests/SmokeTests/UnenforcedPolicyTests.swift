import Foundation
import Testing

@testable import Smoke

struct UnenforcedPolicyTests {
  static func list(_ namespaces: [String]) -> [UInt8] {
    let items = namespaces.map { "{\"metadata\":{\"name\":\"deny\",\"namespace\":\"\($0)\"},\"spec\":{}}" }
    return Array("{\"kind\":\"NetworkPolicyList\",\"items\":[\(items.joined(separator: ","))]}".utf8)
  }

  @Test(arguments: [
    ([], nil), (["web"], "1 NetworkPolicy exists (web 1) and nothing enforces it: every pod reaches every pod"),
    (
      ["web", "db", "db"],
      "3 NetworkPolicies exist (db 2, web 1) and nothing enforces them: every pod reaches every pod"
    ),
    (
      ["a", "b", "c", "d", "e", "f", "g"],
      "7 NetworkPolicies exist (a 1, b 1, c 1, d 1, e 1, and 2 more namespaces) and nothing enforces them: "
        + "every pod reaches every pod"
    ),
    (["x\\u001b[2J"], "1 NetworkPolicy exists (? 1) and nothing enforces it: every pod reaches every pod"),
  ])
  func `Policies are counted by namespace`(_ namespaces: [String], _ sentence: String?) throws {
    let policies = try #require(UnenforcedPolicies(json: Self.list(namespaces)))
    #expect(policies.total == namespaces.count)
    #expect(policies.sentence == sentence)
  }

  @Test(arguments: ["", "{}", "{\"items\":3}", "Error from server"])
  func `Anything else is not a list`(_ text: String) {
    #expect(UnenforcedPolicies(json: Array(text.utf8)) == nil)
  }

  @Test func `The status names them in place of the general warning`() {
    var observation = Sample.healthy
    observation.cluster?.policies = UnenforcedPolicies(counts: ["web": 2])
    let warnings = ClusterStatus(rack: Sample.rack(), observation: observation).warnings
    #expect(warnings.first == observation.cluster?.policies?.sentence)
    #expect(warnings.count { $0.contains("every pod reaches every pod") } == 1)
  }
}
