import Foundation
import Templates
import TestSupport
import Testing

/// The lab's programs on control groups, on files that stand in for the kernel's: what is tried is what a shell does with them.
@Suite struct ControlGroupTests {
  /// Below `blkio/hearth-zz/pi1`, where the lab `zz` has the host `pi1`.
  private static let limits = "blkio.throttle.write_iops_device"

  private let folder: TemporaryFolder
  private let host: String

  init() throws {
    folder = try TemporaryFolder("hearth-groups")
    host = folder.file("blkio/hearth-zz/pi1")
    for group in ["going", "staying"] {
      try FileManager.default.createDirectory(atPath: "\(host)/\(group)", withIntermediateDirectories: true)
    }
    // A group that goes between the search and the read leaves a name that opens nothing, as this link does.
    try FileManager.default.createSymbolicLink(
      atPath: "\(host)/going/\(Self.limits)", withDestinationPath: "/nonexistent/group")
    for name in ["common.sh", "cgroups.sh"] { try folder.write(name, try Template.text(of: "lab/\(name)")) }
  }

  private func shell(_ program: String) throws -> String {
    let start = "set -eu; HOME=\(folder.path); here=$HOME; lab=zz; . ./common.sh; . ./cgroups.sh; cgroup_root=$HOME"
    return try Command.run("sh", "-c", "cd '\(folder.path)'; \(start)\n\(program)\necho done")
  }

  @Test("a limit is lifted from what stays of a host, whatever goes meanwhile")
  func lifted() throws {
    let file = "\(host)/staying/\(Self.limits)"
    try Data("259:0 3\n".utf8).write(to: URL(fileURLWithPath: file))
    #expect(try shell("lift_limits pi1") == "done")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "259:0 0\n")
  }

  @Test("a limit is set on what stays of a host, whatever goes meanwhile")
  func limited() throws {
    let file = "\(host)/staying/\(Self.limits)"
    try Data().write(to: URL(fileURLWithPath: file))
    try FileManager.default.createDirectory(atPath: "\(host)/odd/\(Self.limits)", withIntermediateDirectories: true)
    #expect(try shell("limit_writes pi1 259:0 5 2>&1").contains("note: the limit in"))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "259:0 5\n")
  }
}
