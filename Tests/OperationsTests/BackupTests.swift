import Diagnostics
import Testing

@testable import Operations

/// What a backup would do, on a rack of values.
struct BackupTests {
  @Test func aDryRunNamesHostAndPlaceAndAsksNobody() async throws {
    let rack = try FakeRack("backup", planes: 3) { $0.silent = ["pi1"] }
    let text = try Backup(rack).preview(into: "/media/usb")
    #expect(text == "pi2 would take a snapshot of etcd, and an encrypted backup would go to /media/usb")
    #expect(rack.now.log == [])
  }

  @Test func withoutAControlPlaneThereWouldBeNone() throws {
    let rack = try FakeRack("backup", planes: 1) { $0.silent = ["pi1"] }
    let error = #expect(throws: HearthError.self) { try Backup(rack).preview(into: "x") }
    #expect(error?.code == .unreachable)
  }
}
