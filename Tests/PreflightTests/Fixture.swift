import Artifacts
import Diagnostics
import Foundation
import Inventory
import Provision
import TestSupport

/// Answers of real-looking hosts, as the facts program prints them.
enum Fixture: String, CaseIterable, Sendable {
  case raspiOS11 = "raspios-11-pi4"
  case raspiOS12 = "raspios-12-pi4"
  case raspiOS13 = "raspios-13-pi5"
  case debian12 = "debian-12-vm"
  case clusterNode = "debian-12-cluster-node"
  case broken

  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures")

  var output: [UInt8] {
    get throws { try Array(Data(contentsOf: Fixture.folder.appending(path: "\(rawValue).facts"))) }
  }

  /// Read by an operator whose clock says 1795477700.1 to 1795477700.2.
  var facts: Facts {
    get throws {
      try FactsProgram.decode(
        output, before: .seconds(1_795_477_700) + .milliseconds(100),
        after: .seconds(1_795_477_700) + .milliseconds(200))
    }
  }
}

/// A rack whose nodes are named and addressed as in the fixtures.
enum TestRack {
  static func make(_ count: Int = 4, kubernetes: KubernetesVersion = KubernetesVersion(1, 36, 2)) -> Rack {
    let nodes = (1...count).map { index in
      Node(
        name: "pi\(index)", address: IPv4Address(bits: 0xC0A8_010A + UInt32(index)),
        roles: index == 1 ? [.controlPlane, .worker] : [.worker], slot: "\(index)")
    }
    return Rack(
      cluster: Cluster(name: "home", kubernetes: kubernetes), nodes: nodes,
      hardware: RackHardware(supply: .init(name: "shelf supply", model: "5 V 60 W")))
  }

  static func healthy(_ rack: Rack) -> [String: Facts] {
    Dictionary(uniqueKeysWithValues: rack.nodes.map { ($0.name, Facts.healthy($0)) })
  }
}

/// A text kept beside the tests; `HEARTH_REWRITE=1` rewrites it.
enum Golden {
  static func matches(_ text: String, at url: URL) throws -> Bool {
    if ProcessInfo.processInfo.environment["HEARTH_REWRITE"] == "1" {
      try text.write(to: url, atomically: true, encoding: .utf8)
    }
    return try String(contentsOf: url, encoding: .utf8) == text
  }
}
