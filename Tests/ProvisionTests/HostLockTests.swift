import Testing

@testable import Provision

@Suite struct HostLockTests {
  static let here = RunIdentity(run: "mine", holder: "bob@desk", machine: "m2", pid: 1, processStart: "1")
  static let line = "r1 boot1 100.00 150.50 4242 99 m1 anna@laptop"

  @Test(arguments: [("boot1", 200.0, true), ("boot1", 330.0, true), ("boot1", 331.0, false), ("boot2", 200.0, false)])
  func expiresByTheHostsOwnClock(boot: String, uptime: Double, holds: Bool) throws {
    let lock = try #require(HostLock(line: Self.line))
    #expect(lock.holds(against: Self.here, bootID: boot, uptimeSeconds: uptime) == holds)
  }

  @Test func aDeadProcessOfThisMachineHoldsNothing() throws {
    var owner = RunIdentity.current()
    let alive = HostLock(line: "r1 b 1 2 \(owner.pid) \(owner.processStart) \(owner.machine) x@y")
    owner.run = "other"
    #expect(try #require(alive).holds(against: owner, bootID: "b", uptimeSeconds: 3))
    let dead = HostLock(line: "r1 b 1 2 \(owner.pid) 1 \(owner.machine) x@y")
    #expect(try !#require(dead).holds(against: owner, bootID: "b", uptimeSeconds: 3))
  }

  @Test(arguments: ["", "r1", "r1 b x 2 3 4 m h", "r1 b 1 2 3 4 m"])
  func ignoresWhatIsNoLock(line: String) {
    #expect(HostLock(line: line) == nil)
  }
}
