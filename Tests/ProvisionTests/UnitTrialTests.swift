import Diagnostics
import Foundation
import SSH
import Templates
import Testing

@testable import Provision

/// Units that read settings of people: the program that starts them, on real files, with a `systemctl` that knows one unit.
@Suite(.enabled(if: SandboxHost.isPossible, "needs root and mount namespaces"), .serialized)
struct UnitTrialTests {
  /// The unit runs as long as its file does not say `bad`: then each look at it finds one more start.
  private static let systemctl = """
    #!/bin/sh
    echo "$*" >>/run/calls
    file=/etc/demo.conf
    case $* in
      *NRestarts*) if grep -q bad "$file"; then echo x >>/run/starts; fi; cat /run/starts 2>/dev/null | wc -l ;;
      *MainPID*) echo 1 ;;
      *is-active*) if grep -q bad "$file"; then echo activating; exit 3; else echo active; fi ;;
      *is-enabled*) echo enabled ;;
      *LoadState*) echo loaded ;;
    esac
    exit 0
    """

  private func run(_ before: String?, _ after: String) async throws -> (
    output: [String], failed: Bool, box: SandboxHost
  ) {
    let box = try SandboxHost()
    let library = try ["file.sh", "unit.sh"].map { try Template.text(of: "host/kinds/\($0)") }.joined(separator: "\n")
    _ = try await box.output(
      """
      mkdir -p /run/bin /run/job
      printf '%s' '\(Data(Self.systemctl.utf8).base64EncodedString())' | base64 -d >/run/bin/systemctl
      printf '#!/bin/sh\\necho "last words"\\n' >/run/bin/journalctl
      chmod +x /run/bin/systemctl /run/bin/journalctl
      \(before.map { "echo \($0) >/etc/demo.conf" } ?? "")
      """)
    let program = """
      PATH=/run/bin:$PATH job=/run/job
      say() { echo "$*"; }
      note() { say "note $*"; }
      record() { say "record $*"; }
      recorded() { return 0; }
      fail() { say "reason $*"; exit 1; }
      sleep() { :; }
      \(library)
      keep_last /etc/demo.conf
      echo \(after) >/etc/demo.conf
      set -eu
      unit_running demo.service enable restart 'maxPods: 60' /etc/demo.conf
      """
    let result = try await box.shell().run(program)
    return (result.outputText.split(separator: "\n").map(String.init), result.status != 0, box)
  }

  @Test func `A setting that works stays, and nothing of before is kept`() async throws {
    let (output, failed, box) = try await run("good", "better")
    #expect(!failed, "\(output)")
    #expect(try await box.output("cat /etc/demo.conf; ls /var/lib/hearth/last/etc") == "better\n")
  }

  @Test func `A unit that does not stay up gets its last file again and says its own last words`() async throws {
    let (output, failed, box) = try await run("good", "bad")
    #expect(failed)
    #expect(output.contains("last words"))
    #expect(
      output.last
        == "reason demo.service does not stay up with the settings of the inventory (maxPods: 60); it runs again as before: "
        + "take back the wrong one")
    #expect(try await box.output("cat /etc/demo.conf; ls /var/lib/hearth/last/etc") == "good\n")
    #expect(try await box.output("grep -c '^restart' /run/calls") == "2\n")
  }

  @Test func `Without a file of before the message names the settings`() async throws {
    let (output, failed, box) = try await run(nil, "bad")
    #expect(failed)
    #expect(output.last?.contains("maxPods: 60") == true)
    #expect(try await box.output("cat /etc/demo.conf") == "bad\n")
  }
}
