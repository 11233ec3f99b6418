import ArgumentParser
import Bootstrap
import Diagnostics
import Inventory
import Provision
import SSH
import Untrusted

struct NotifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notify",
    abstract: "Try the ways by which the rack tells you what is wrong (`notify` in the inventory).",
    subcommands: [Test.self])

  struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Send a message from each control-plane host by each way, and say which arrived.",
      discussion: """
        What the hosts have is tried: after a change of `notify` in the inventory run `hearth up` first. Ends with 4 when a way
        failed. Example:

          hearth notify test --limit pi1
        """.flowing)

    @OptionGroup var rackOptions: RackOptions
    @OptionGroup var access: AccessOptions
    @OptionGroup var output: OutputOptions

    struct Way: Encodable, Equatable {
      var host: String
      /// `ntfy`, `webhook`, `mail` or `command`.
      var way: String
      /// `passed` or `failed`.
      var state: String
      var detail: String?

      /// A line of the program: `ntfy: sent`, or `mail: failed: …`.
      init?(_ line: Substring, on host: String) {
        let parts = line.split(separator: ": ", maxSplits: 2).map(String.init)
        guard parts.count >= 2, ["ntfy", "webhook", "mail", "command"].contains(parts[0]) else { return nil }
        (self.host, way) = (host, parts[0])
        state = parts[1] == "sent" ? "passed" : "failed"
        detail = parts.count == 3 ? parts[2].bounded(200).visibleLine : nil
      }
    }

    func run() async throws {
      let rack = try rackOptions.load()
      guard let notify = rack.notify, !notify.isEmpty else {
        throw HearthError(
          .usage, "the inventory names nobody to tell",
          hint: "add `notify`, such as notify: {ntfy: https://ntfy.sh/my-rack}, then run `hearth up`")
      }
      let hosts = try rackOptions.hosts(of: rack).filter { rack.node($0)?.roles.contains(.controlPlane) == true }
      guard !hosts.isEmpty else {
        throw HearthError(.usage, "only control-plane hosts tell people", hint: "leave out --limit")
      }
      let session = try await RackSession.open(rack, hosts: hosts, access: access, facts: false)
      var (ways, errors) = ([Way](), session.survey.errors(in: rack))
      for host in hosts {
        guard let shell = session.survey.fleet.shells[host] else { continue }
        do throws(HearthError) {
          ways += try await Self.test(on: shell)
        } catch {
          errors.append(error.at(Subject(host: host)))
        }
      }
      await session.survey.fleet.close()
      if output.output == .json {
        try JSONSink.write(["ways": ways], as: .notifyTest)
      } else {
        for way in ways {
          let detail = way.detail.map { ": \($0)" } ?? ""
          Terminal.writeOutput("\(way.host): \(way.way) \(way.state == "passed" ? "sent" : "failed")\(detail)\n")
        }
      }
      for error in errors { output.quietSink().emit(.failure(error)) }
      if !errors.isEmpty || ways.contains(where: { $0.state == "failed" }) { throw ExitStatus.someHostsFailed }
    }

    private static func test(on shell: any RootShell) async throws(HearthError) -> [Way] {
      let result = try await shell.run(
        "[ -x \(NotifyProgram.path) ] || exit 127\nexec \(NotifyProgram.path) test 2>&1 </dev/null\n",
        timeout: .seconds(300))
      guard result.status != 127 else {
        throw HearthError(.unsupported, "nothing was set up here that could tell you", hint: "run `hearth up` first")
      }
      let ways = result.outputText.byteLines.compactMap { Way($0, on: shell.host) }
      guard !ways.isEmpty else {
        throw HearthError(
          .remoteCommand, "the test ended with status \(result.status)", output: result.outputText.lastLines(5),
          command: "sudo \(NotifyProgram.path) test")
      }
      return ways
    }
  }
}
