import Diagnostics
import Inventory
import PKI
import Preflight
import Provision
import Templates
import Testing

@testable import Bootstrap

/// Names that one part of the program makes and another looks for: a misspelt one would change nothing, in silence.
struct IdentityTests {
  private func ids(_ sample: SampleRack) throws -> Set<String> {
    var facts = sample.facts
    // One host of each way to keep time.
    facts["pi2"]?.packages["systemd-timesyncd"] = "252"
    var bootstrap = try ClusterBootstrap(rack: sample.rack, facts: facts)
    bootstrap.inventory = "cluster: {}"
    let authority = try Authority.create(cluster: "home")
    let phases =
      [try HostPreparation.phase(rack: sample.rack, facts: facts)]
      + (try bootstrap.phases(authority: authority, software: sample.software))
    return Set(phases.flatMap { $0.resources.values.joined().map(\.id) })
  }

  @Test func whatNeighboursShareExists() throws {
    let known = try SampleRack.allCases.map { try ids($0) }.reduce(into: Set()) { $0.formUnion($1) }
    #expect(NodeWork.shared.subtracting(known).isEmpty)
    #expect(NodeWork.forNewcomers.subtracting(known).isEmpty)
    #expect(NodeWork.shared.count == 15)
  }

  /// What a unit watches is a file that hearth writes, a program that it delivers, or a file of Debian's packages.
  @Test(arguments: SampleRack.allCases)
  func unitsWatchFilesThatAreThere(_ sample: SampleRack) throws {
    let authority = try Authority.create(cluster: "home")
    let phases = try sample.bootstrap().phases(authority: authority, software: sample.software)
    for host in sample.rack.nodes.map(\.name) {
      let all = phases.flatMap { $0.resources[host] ?? [] }
      let ids = Set(all.map(\.id))
      let certificates = Set(all.map(\.id).filter { $0.hasPrefix("certificate ") })
      for case .unit(let unit) in all {
        for path in unit.restartOn where path.hasPrefix("/") {
          let isMade =
            ids.contains(Resource.fileID(path)) || path.hasPrefix("/var/lib/dpkg/info/") || path.hasPrefix("/usr/bin/")
            || path.hasPrefix("/usr/sbin/") || path == "/etc/containerd/config.toml"
            || path.hasSuffix(".pem") && !certificates.isEmpty
          #expect(isMade, "\(unit.name) on \(host) watches \(path), which nothing writes")
        }
      }
    }
  }

  @Test func phasesKeepTheirNames() throws {
    let all: [ClusterPhase] = [
      .software, .start, .cluster, .joined, .retire, .announce("pi1"), .join("pi1"), .promote("pi1"), .stop("pi1"),
      .remove("pi1"),
    ]
    for phase in all { #expect(ClusterPhase(phase.name) == phase) }
    #expect(all.filter(\.isDeparture) == [.retire, .stop("pi1"), .remove("pi1")])
    #expect(ClusterPhase("host") == nil && ClusterPhase("stopped pi1") == nil && ClusterPhase("starts") == nil)
  }

  @Test(arguments: SampleRack.allCases)
  func aRotationStartsEveryHostAgain(_ sample: SampleRack) throws {
    let authority = try Authority.create(cluster: "home")
    let steps = try sample.bootstrap().rotationSteps(authority: authority, software: sample.software, holder: nil)
    #expect(Set(steps.map(\.host)) == Set(sample.rack.nodes.map(\.name)))
    for step in steps { #expect(step.phase.resources[step.host]?.isEmpty == false) }
  }
}
