import Diagnostics
import Foundation
import Testing

@testable import VirtualRack

/// What is understood of the launcher's words, without any host.
struct ComplaintTests {
  @Test func anErrorAndItsHintAreFoundAmongOtherLines() {
    var complaint = LauncherDiagnostics()
    #expect(complaint.read("note: making the base image\n") == "making the base image")
    #expect(complaint.read("mount: something odd\n") == nil)
    #expect(complaint.read("error: pi2 is off\n") == nil)
    #expect(complaint.read("hint: hearth lab start pi2\n") == nil)
    let error = complaint.error(doing: "wait", by: ["sh", "rack.sh"])
    #expect(error.message == "pi2 is off")
    #expect(error.hint == "hearth lab start pi2")
    #expect(error.output == ["mount: something odd"])
    #expect(error.command == nil)
    var silent = LauncherDiagnostics()
    #expect(silent.read("mount: something odd\n") == nil)
    #expect(silent.error(doing: "wait", by: ["sh", "rack.sh"]).command == "sh rack.sh")
  }

  @Test func aLineOfStatusIsAHost() throws {
    let host = try #require(
      VirtualHost(statusLine: "pi1\t10.77.0.11\ton\tcut\tssh-ed25519 AAAA\tSHA256:x\t10000000ae849296"))
    #expect(host.power == .on && host.cable == .cut && "\(host.address)" == "10.77.0.11")
    #expect(VirtualHost(statusLine: "pi1\t10.77.0.300\ton\tin\t\t\t") == nil)
    #expect(VirtualHost(statusLine: "something else") == nil)
  }

  @Test(.enabled(if: LabFixture.isPossible, LabFixture.comment))
  func programsPassShellcheck() async throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../../templates/lab").standardizedFileURL.path
    let programs = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
      $0.hasSuffix(".sh") || $0 == "vcgencmd"
    }
    let (isSuccess, output) = try await LabFixture.run(
      ["shellcheck", "--shell=dash", "--external-sources"] + programs.map { "\(folder)/\($0)" })
    #expect(isSuccess, "\(output)")
  }
}
