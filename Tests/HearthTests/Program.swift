import Foundation
import TestSupport

/// The built `hearth` itself, run as people run it, without a terminal.
struct Program {
  struct Result {
    var status: Int32
    var text: String
  }

  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("hearth-program") }

  /// Beside the bundle of the tests.
  static var path: String {
    Bundle.main.executableURL?.deletingLastPathComponent().appending(path: "hearth").path ?? "hearth"
  }

  static var missing: String? { FileManager.default.isExecutableFile(atPath: path) ? nil : "the built program" }

  /// - Returns: both outputs, in the order in which they were written.
  func run(_ words: String..., environment: [String: String] = [:], shell suffix: String = "") throws -> Result {
    try run(words, environment: environment, shell: suffix)
  }

  func run(_ words: [String], environment: [String: String] = [:], shell suffix: String = "") throws -> Result {
    let settings = [
      "HOME": folder.path, "XDG_STATE_HOME": folder.path + "/state", "XDG_CACHE_HOME": folder.path + "/cache",
      "KUBECONFIG": folder.path + "/kubeconfig",
    ].merging(environment) { $1 }
    let line =
      "cd \"$1\" && shift && { env -u SSH_AUTH_SOCK -u HEARTH_INVENTORY \"$@\" 2>&1 </dev/null\(suffix); echo \"\n$?\"; }"
    let output = try Command.run(
      ["bash", "-c", line, "bash", folder.path] + settings.map { "\($0.key)=\($0.value)" } + [Self.path] + words)
    let end = output.lastIndex(of: "\n") ?? output.startIndex
    return Result(status: Int32(output[end...].dropFirst()) ?? -1, text: String(output[..<end]))
  }

  /// A line for a shell, in the folder.
  func shell(_ line: String) throws -> Result {
    let output = try Command.run(
      [
        "env", "-u", "SSH_AUTH_SOCK", "-u", "HEARTH_INVENTORY", "HOME=\(folder.path)",
        "XDG_STATE_HOME=\(folder.path)/state", "XDG_CACHE_HOME=\(folder.path)/cache",
        "bash", "-c", "cd \"$1\" && { eval \"$2\"; } 2>&1 </dev/null; echo \"\n$?\"", "bash", folder.path, line,
      ])
    let end = output.lastIndex(of: "\n") ?? output.startIndex
    return Result(status: Int32(output[end...].dropFirst()) ?? -1, text: String(output[..<end]))
  }

  /// An inventory of one node.
  ///
  /// - Parameter lab: whose network namespace the node is in.
  func inventory(
    port: UInt16 = 22, user: String = "root", ssh: [String] = [], sudo: String = "none", lab: String? = nil
  ) throws {
    let lines = (["user: \(user)", "port: \(port)"] + ssh).map { "    \($0)\n" }.joined()
    try folder.write(
      "hearth.yaml",
      """
      cluster:
        name: faults
        kubernetes: v1.36.3
      defaults:
        ssh:
      \(lines)  sudo: \(sudo)
      nodes:
        - name: pi1
          address: \(PrivateNetwork.address)
          roles: [control-plane, worker]
      \(lab.map { "lab: \($0)" } ?? "# no lab")

      """)
  }
}
