import ArgumentParser
import Diagnostics
import Foundation
import VirtualRack

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

struct LabExec: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec", abstract: "Run a command as root inside a host, past its network and its SSH.",
    discussion: "Example:\n\n  hearth lab exec pi2 -- systemctl --failed")
  @OptionGroup var options: LabOptions
  @Argument(help: "The host.", completion: Completions.hosts) var host: String
  @Argument(parsing: .postTerminator, help: "The command; a shell without one.") var command: [String] = []

  func run() async throws {
    try await options.require([host])
    try Become.program(
      command.isEmpty ? try options.rack.insideCommand(host) : try options.rack.insideCommand(host, command))
  }
}

struct LabShell: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "shell", abstract: "A shell in the rack's network, or one on a host.",
    discussion: """
      Without a host: a shell of this machine that reaches the rack's addresses, with kubectl on its PATH and
      KUBECONFIG set once `hearth up` made the cluster. With a host: an SSH login there.
      """.flowing)
  @OptionGroup var options: LabOptions
  @Argument(help: "A host to log in to.", completion: Completions.hosts) var host: String?

  func run() async throws {
    try await options.require([host].compactMap { $0 })
    if let host { try Become.program(try options.rack.sshCommand(host)) }
    let artifacts = LabArtifacts.folder
    let kubectl = (try? FileManager.default.contentsOfDirectory(atPath: "\(artifacts)/release"))?.sorted().last
      .flatMap { version in
        (try? FileManager.default.contentsOfDirectory(atPath: "\(artifacts)/release/\(version)/bin/linux"))?.first
          .map { "\(artifacts)/release/\(version)/bin/linux/\($0)" }
      }
    if let kubectl { setenv("PATH", "\(kubectl):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")", 1) }
    let kubeconfig = "\(Folders().state(rack: options.name))/kubeconfig"
    if FileManager.default.fileExists(atPath: kubeconfig) { setenv("KUBECONFIG", kubeconfig, 1) }
    if Question.canAsk {
      Terminal.writeError("a shell in the network of virtual rack \(options.name); `exit` leads out\n")
    }
    try Become.program(try options.rack.enterCommand([ProcessInfo.processInfo.environment["SHELL"] ?? "/bin/bash"]))
  }
}

/// What the virtual rack runs, built from Debian's sources by the scripts.
enum LabArtifacts {
  /// `$HEARTH_ARTIFACTS`, by default in the cache folder; `scripts/build-kubernetes` uses the same rule.
  static var folder: String {
    ProcessInfo.processInfo.environment["HEARTH_ARTIFACTS"].flatMap { $0.isEmpty ? nil : $0 }
      ?? (Folders().cache + "/virtual-rack")
  }
}

/// This process turns into another program, which then owns the terminal.
enum Become {
  static func program(_ command: [String]) throws(HearthError) -> Never {
    var arguments = command.map { strdup($0) } + [nil]
    if let name = command.first { execvp(name, &arguments) }
    throw HearthError(
      .local, "\(command.first ?? "the program") cannot be started: \(String(cString: strerror(errno)))",
      hint: "install it, or look at its rights")
  }
}
