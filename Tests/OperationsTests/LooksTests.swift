import Diagnostics
import Synchronization
import Testing

/// The one way to wait.
struct LooksTests {
  private func count(
    every pause: Duration, for limit: Duration?, stopAt stop: Int = 100
  ) async throws -> (looks: Int, seconds: Int) {
    let rack = try FakeRack("looks")
    var looks = 0
    for await look in rack.clock.looks(every: pause, for: limit) {
      looks = look + 1
      if looks == stop { break }
    }
    return (looks, rack.now.seconds)
  }

  @Test(arguments: [(0, 1), (1, 2), (5, 6)])
  func `The first look comes at once, none begins after the limit`(_ limit: Int, _ looks: Int) async throws {
    let seen = try await count(every: .seconds(1), for: .seconds(limit))
    #expect(seen.looks == looks)
    #expect(seen.seconds == limit)
  }

  @Test func `Without a limit only the caller ends it`() async throws {
    let seen = try await count(every: .seconds(1), for: nil, stopAt: 40)
    #expect(seen.looks == 40)
    #expect(seen.seconds == 39)
  }

  @Test func `A cancelled task takes its first look and no other`() async throws {
    let task = Task {
      withUnsafeCurrentTask { $0?.cancel() }
      return try await count(every: .seconds(1), for: .seconds(9)).looks
    }
    #expect(try await task.value == 1)
  }

  @Test(arguments: [("1111", true), ("0101111", true), ("110110110", false)])
  func `So many looks in a row must be true`(_ answers: String, _ isThere: Bool) async throws {
    let rack = try FakeRack("looks")
    let rest = Mutex(answers.map { $0 == "1" }[...])
    let found = try await rack.clock.wait(.seconds(8)) { rest.withLock { $0.popFirst() ?? false } }
    #expect(found == isThere)
  }
}
