import Diagnostics
import Foundation
import Subprocess
import Testing

@testable import VirtualRack

/// Labs of the tests' own: their state in a temporary folder, the base image and packages in the user's cache.
enum LabFixture {
  /// What is missing on this machine to make virtual hosts; nil when nothing is.
  static let missing: String? = {
    if geteuid() != 0 { return "virtual hosts need root" }
    let programs = ["mmdebstrap", "socat", "apt-cacher-ng", "ip", "ssh", "shellcheck"]
    let folders = ["/usr/bin", "/bin", "/usr/sbin", "/sbin", "/usr/local/bin"]
    let absent = programs.filter { program in
      !folders.contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }
    return absent.isEmpty ? nil : "not installed: \(absent.joined(separator: ", "))"
  }()

  static var isPossible: Bool { missing == nil }
  static var comment: Comment { "\(missing ?? "")" }

  /// Makes a lab, runs `body` on it, takes it down and proves that nothing is left.
  static func withLab(
    nodes: Int, options: VirtualHostOptions = VirtualHostOptions(), overrides: [String: VirtualHostOptions] = [:],
    _ body: (VirtualRack) async throws -> Void
  ) async throws {
    try await withRack { rack in
      try await rack.up(nodes: nodes, options: options, overrides: overrides)
      try await body(rack)
    }
  }

  /// The same, the lab not made yet.
  static func withRack(cache: String? = nil, _ body: (VirtualRack) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "hearth-lab-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    var environment = ProcessInfo.processInfo.environment
    environment["XDG_STATE_HOME"] = folder.path
    environment["XDG_CACHE_HOME"] = cache ?? environment["XDG_CACHE_HOME"]
    let lab = Lab(name: "test-\(UUID().uuidString.prefix(8).lowercased())")
    let rack = VirtualRack(lab: lab, folders: Folders(environment: environment))
    do {
      try await body(rack)
    } catch {
      if let error = error as? HearthError { Issue.record("\(error.message): \(error.output.joined(separator: "; "))") }
      try await rack.down()
      throw error
    }
    try await rack.down()
    let remains = try await remains(of: rack)
    #expect(remains.isEmpty, "\(remains)")
  }

  /// Everything of a lab that the kernel or the disk still knows.
  static func remains(of rack: VirtualRack) async throws -> [String] {
    let name = "hearth-\(rack.lab.name)"
    var found: [String] = []
    for path in [rack.stateFolder, rack.lab.networkNamespacePath, "/run/hearth-lab-\(rack.lab.name)"]
    where FileManager.default.fileExists(atPath: path) {
      found.append(path)
    }
    found += try await output(["find", "/sys/fs/cgroup", "-maxdepth", "3", "-name", "*\(name)*"]).lines
    found += try String(contentsOfFile: "/proc/mounts", encoding: .utf8).lines.filter { $0.contains(rack.lab.name) }
    for process in try FileManager.default.contentsOfDirectory(atPath: "/proc") where Int(process) != nil {
      let group = (try? String(contentsOfFile: "/proc/\(process)/cgroup", encoding: .utf8)) ?? ""
      let command = (try? String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)) ?? ""
      // Dead ones, whose parent has not yet asked how they ended, have no command.
      if !command.isEmpty && (group.contains(name) || command.contains(rack.stateFolder)) {
        found.append("process \(process): \(command)")
      }
    }
    return found
  }

  /// Runs a program to its end, whatever its status.
  /// - Returns: Its status and both outputs.
  static func run(_ command: [String], input: String = "") async throws -> (isSuccess: Bool, output: String) {
    let result = try await Subprocess.run(
      .name(command[0]), arguments: Arguments(Array(command.dropFirst())), input: .string(input),
      output: .string(limit: 1 << 20), error: .combinedWithOutput)
    return (result.terminationStatus.isSuccess, result.standardOutput.trimmingCharacters(in: .whitespacesAndNewlines))
  }

  /// The message of the ``HearthError`` that `body` ends with; empty when it does not.
  static func refusal(_ body: () async throws -> Void) async -> String {
    do {
      try await body()
      return ""
    } catch {
      return (error as? HearthError)?.message ?? ""
    }
  }

  /// The output of a program that must succeed.
  static func output(_ command: [String]) async throws -> String {
    let (isSuccess, output) = try await run(command)
    guard isSuccess else { throw HearthError(.local, "\(command) failed: \(output)") }
    return output
  }
}

extension VirtualRack {
  /// A command on a host as user `pi`, over OpenSSH.
  func ssh(_ host: String, _ command: String) async throws -> String {
    try await LabFixture.output(sshCommand(host, [command]))
  }
}

extension String {
  var lines: [String] { split(separator: "\n").map(String.init) }
}
