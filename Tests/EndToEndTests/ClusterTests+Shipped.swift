import Foundation
import TestSupport
import Testing

/// What once worked in debug builds only: child tasks whose results an optimised program lost. Upgrades and joining control
/// planes have tests of their own.
extension ClusterTests {
  @Test("the rack's plug is read, again and again")
  func meters() throws {
    for _ in 1...3 {
      let track = try hearth.run("cost", "track", "--no-cluster")
      #expect(track.status == 0, "\(track.output) \(track.errors)")
      #expect(track.output.contains(/plug [0-9.]+ W/), "\(track.output)")
    }
  }

  @Test("without an API server the programs on the hosts say which version runs, and another one is no `up`")
  func versionsWithoutAPI() throws {
    let inventory = try String(contentsOfFile: rack.folder.file("hearth.yaml"), encoding: .utf8)
    let folder = try #require(inventory.firstMatch(of: /artifacts: \{folder: ([^}]+)\}/)?.output.1)
    let next = rack.folder.file("other")
    defer { try? FileManager.default.removeItem(atPath: next) }
    try rack.script("relabel-kubernetes", [String(folder), next, EndToEnd.kubernetes, EndToEnd.next])
    let file = rack.folder.file("other.yaml")
    try inventory.replacing(folder, with: next).replacing(EndToEnd.kubernetes, with: EndToEnd.next)
      .write(toFile: file, atomically: true, encoding: .utf8)

    try rack.inside("pi1", "systemctl", "stop", "kube-apiserver")
    let up = try hearth.run("up", "--inventory", file, "--yes", "--output", "json")
    try rack.inside("pi1", "systemctl", "start", "kube-apiserver")
    #expect(up.status == 3, "\(up.output.suffix(500))")
    #expect(up.output.contains("the cluster runs \(EndToEnd.kubernetes)"), "\(up.output.suffix(500))")
    let status = try hearth.run("status", "--wait", "300")
    #expect(status.status == 0, "\(status.output) \(status.errors)")
  }
}
