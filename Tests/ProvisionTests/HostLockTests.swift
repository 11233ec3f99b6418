import Diagnostics
import Testing

@testable import Provision

@Suite struct HostLockTests {
  static let here = RunIdentity(
    run: "mine", holder: "bob@desk", process: ProcessIdentity(system: "m2", pid: 1, start: "1"))
  static let line = "r1 boot1 100.00 150.50 4242 99 m1 anna@laptop"

  @Test(arguments: [("boot1", 200.0, true), ("boot1", 330.0, true), ("boot1", 331.0, false), ("boot2", 200.0, false)])
  func expiresByTheHostsOwnClock(boot: String, uptime: Double, holds: Bool) throws {
    let lock = try #require(HostLock(line: Self.line))
    #expect(lock.holds(against: Self.here, bootID: boot, uptimeSeconds: uptime) == holds)
  }

  /// System and start time of a process that is this one by number; whether its lock still holds.
  static let owners: [(system: String?, start: String?, holds: Bool)] = [
    ("m2", nil, true), ("m2", "1", false),
    // A cloned machine id, another boot, another container: their processes cannot be seen from here.
    ("m3", "1", true), ("-", "1", true),
  ]

  @Test("only a process that has ended on this very system holds nothing", arguments: owners)
  func deadOwner(_ owner: (system: String?, start: String?, holds: Bool)) throws {
    let own = ProcessIdentity.current
    let here = RunIdentity(
      run: "other", holder: "x@y", process: ProcessIdentity(system: "m2", pid: own.pid, start: own.start))
    let lock = try #require(
      HostLock(line: "r1 b 1 2 \(own.pid) \(owner.start ?? own.start) \(owner.system ?? "-") x@y"))
    #expect(lock.holds(against: here, bootID: "b", uptimeSeconds: 3) == owner.holds)
  }

  @Test("two machines that cannot be told apart never give up each other's locks")
  func unknownSystem() throws {
    let here = RunIdentity(run: "other", holder: "x@y", process: ProcessIdentity(system: nil, pid: 1, start: "0"))
    let lock = try #require(HostLock(line: "r1 b 1 2 999999 1 - x@y"))
    #expect(lock.holds(against: here, bootID: "b", uptimeSeconds: 3))
    #expect(lock.owner.words == "999999 1 - x@y")
  }

  @Test(arguments: ["", "r1", "r1 b x 2 3 4 m h", "r1 b 1 2 3 4 m"])
  func ignoresWhatIsNoLock(line: String) {
    #expect(HostLock(line: line) == nil)
  }
}
