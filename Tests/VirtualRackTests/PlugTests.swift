import Diagnostics
import Foundation
import HTTP
import Inventory
import Metering
import Testing
import Units

@testable import VirtualRack

/// The rack's smart plug, read as a real one is.
@Suite(.enabled(if: LabFixture.isPossible, LabFixture.comment))
struct PlugTests {
  @Test func wattsFollowTheHostsThatAreOn() async throws {
    try await LabFixture.withLab(nodes: 2) { rack in
      var options = HTTPOptions()
      options.proxy = ""
      let poller = MeterPoller(http: HTTPClient(networkNamespace: rack.lab.networkNamespacePath, options: options))
      let plug = MeterDeclaration(name: "plug", kind: .shelly2, url: "http://10.77.0.2", covers: ["all"])
      let both = try await poller.read(plug).believed()
      #expect(both.power == Watts(exact: "11.4"))
      try await rack.kill("pi2")
      let one = try await poller.read(plug).believed()
      #expect(one.power == Watts(exact: "8.7"))
      try await rack.start("pi2")
      try await rack.wait(for: "pi2")
      let again = try await poller.read(plug).believed()
      #expect(again.power == both.power)
      let counts = [both, one, again].compactMap(\.counter)
      #expect(counts.count == 3 && counts[0] <= counts[1] && counts[1] < counts[2])
      var absent = plug
      absent.channel = 1
      await #expect(throws: HearthError.self) { try await poller.read(absent).believed() }
    }
  }
}
