import Diagnostics
import Testing

@testable import hearth

/// When a lost host is tried again.
struct RackLookTests {
  @Test(
    "a host that is away is tried with every look",
    arguments: [HearthError.Code.unreachable, .timedOut, .remoteCommand])
  func soon(_ code: HearthError.Code) {
    #expect(RackLook.nextTry(after: HearthError(code, "away")) == nil)
  }

  @Test(
    "a host that refuses the login is tried seldom", arguments: [HearthError.Code.authentication, .hostKey, .privilege])
  func late(_ code: HearthError.Code) throws {
    let time = try #require(RackLook.nextTry(after: HearthError(code, "refused")))
    #expect(time > ContinuousClock.now + .seconds(60))
  }
}
