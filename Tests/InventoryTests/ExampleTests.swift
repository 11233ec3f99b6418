import Diagnostics
import Foundation
import Inventory
import Testing

/// The racks in `inventory/`.
struct ExampleTests {
  static let racks = Fixtures.names(in: Fixtures.examples, ending: ".yaml").filter { !$0.hasPrefix("catalogue") }

  private func load(_ name: String) throws -> Rack {
    let path = Fixtures.examples.appending(path: name).path
    do {
      return try InventoryFile.load(path: path, environment: ["HOME": "/home/me"])
    } catch {
      Issue.record("\(Fixtures.print(error))")
      throw error
    }
  }

  @Test(arguments: racks)
  func loads(_ name: String) throws {
    let rack = try load(name)
    #expect(!rack.controlPlane.isEmpty)
    #expect(rack.nodes.allSatisfy { $0.source.line != nil })
  }

  @Test func theReferenceRackIsFourPis() throws {
    let rack = try load("four-pi4.yaml")
    #expect(rack.nodes.map(\.name) == ["pi1", "pi2", "pi3", "pi4"])
    #expect(rack.nodes.allSatisfy { $0.hardware == "pi4b-8gb" && $0.sudo == .passwordless && $0.ssh.user == "pi" })
    #expect(rack.controlPlane.map(\.name) == ["pi1"])
    #expect(rack.nodes.allSatisfy { $0.roles.contains(.worker) })
    #expect(rack.hardware.networkSwitch?.model == "switch-5-port")
    #expect(rack.lab == nil)
  }

  @Test func highAvailabilityHasThreeControlPlanesOfTheirOwn() throws {
    let rack = try load("three-control-planes.yaml")
    #expect(rack.controlPlane.count == 3)
    #expect(rack.controlPlane.allSatisfy { $0.roles == [.controlPlane] })
    let last = try #require(rack.nodes.last)
    #expect(last.sudo == .ask && last.ssh.jump == JumpHost("admin@gateway.example"))
    #expect(last.ssh.identityFiles == ["/home/me/.ssh/cellar"])
    #expect(last.labels == ["topology.kubernetes.io/zone": "cellar", "camera": "true"])
  }

  @Test func theVirtualRackIsALab() throws {
    let rack = try load("virtual-rack.yaml")
    #expect(rack.lab == "default")
    #expect(rack.cluster.artifacts == .folder("/home/me/.cache/hearth/virtual-rack"))
    #expect(rack.cluster.kubernetes == KubernetesVersion(1, 20, 2))
  }
}
