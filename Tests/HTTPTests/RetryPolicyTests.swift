import Foundation
@testable import HTTP
import Testing

@Suite struct RetryPolicyTests {
  let policy = RetryPolicy(attempts: 5, base: .seconds(1), ceiling: .seconds(10))

  @Test(arguments: [(1, 0.5...1.0), (2, 1...2), (3, 2...4), (4, 4...8), (5, 5...10), (60, 5...10)])
  func `Pauses double up to the ceiling, with jitter`(attempt: Int, range: ClosedRange<Double>) {
    for _ in 0..<200 {
      let pause = policy.pause(after: attempt)
      #expect(pause >= .seconds(range.lowerBound) && pause <= .seconds(range.upperBound))
    }
  }

  @Test func `The server's own word counts, within the ceiling`() {
    #expect(policy.pause(after: 1, retryAfter: "3") == .seconds(3))
    #expect(policy.pause(after: 1, retryAfter: "300") == .seconds(10))
    let now = Date(timeIntervalSince1970: 784_111_777 - 7)
    #expect(policy.pause(after: 1, retryAfter: "Sun, 06 Nov 1994 08:49:37 GMT", now: now) == .seconds(7))
    #expect(policy.pause(after: 1, retryAfter: "soon") <= .seconds(1))
    #expect(policy.pause(after: 1, retryAfter: "\u{301}") <= .seconds(1))
  }
}
