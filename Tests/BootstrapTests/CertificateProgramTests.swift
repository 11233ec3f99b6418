import Diagnostics
import Foundation
import PKI
import Templates
import Testing

@testable import Bootstrap

/// The programs that hosts run by themselves, run here with a real openssl.
struct CertificateProgramTests {
  final class Scratch {
    let folder = FileManager.default.temporaryDirectory.appending(path: "certificates-\(UUID().uuidString)").path
    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }
    deinit { try? FileManager.default.removeItem(atPath: folder) }

    func write(_ name: String, _ text: String, mode: Int = 0o600) throws {
      try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: "\(folder)/\(name)")
    }

    func run(_ template: String, _ arguments: [String], environment: [String: String] = [:]) throws -> (Int32, String) {
      try write("program", try Template.text(of: template), mode: 0o700)
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["\(folder)/program"] + arguments
      process.environment = ["PATH": "\(folder):/usr/sbin:/usr/bin:/sbin:/bin"].merging(environment) { $1 }
      let pipe = Pipe()
      process.standardOutput = pipe
      process.standardError = pipe
      try process.run()
      let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
      process.waitUntilExit()
      return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    func text(_ name: String) -> String { (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? "" }
  }

  static let day = 86_400.0
  private static let request = CertificateRequest(
    commonName: "system:node:pi1", organization: "system:nodes", usages: [.server], dnsNames: ["pi1"],
    addresses: ["10.77.0.11"])

  /// Age and whether it is renewed; a certificate lives 365 days.
  @Test(arguments: [(1.0, false), (240, false), (245, true), (364, true), (500, true)])
  func certificatesAreMadeAnewInTheirLastThird(ageDays: Double, isRenewed: Bool) throws {
    let scratch = try Scratch()
    let authority = try CertificateAuthority(
      commonName: "lab cluster", now: Date(timeIntervalSinceNow: -600 * Self.day))
    try scratch.write("ca.crt", authority.certificatePEM)
    try scratch.write("ca.key", authority.key.pem.reveal())
    try scratch.write("systemctl", "#!/bin/sh\necho \"systemctl $*\"\n", mode: 0o700)
    let old = try authority.issue(Self.request, now: Date(timeIntervalSinceNow: -ageDays * Self.day))
    try scratch.write("kubelet.pem", old.combinedPEM.reveal())
    let owner = "\(NSUserName()):\(NSUserName())"
    try scratch.write(
      "table",
      "\(scratch.folder)/kubelet.pem|\(scratch.folder)/ca|\(owner)|31536000|/O=system:nodes/CN=system:node:pi1|serverAuth|"
        + "DNS:pi1,IP:10.77.0.11|kubelet.service\n")
    let (status, output) = try scratch.run("certificates/renew-certificates", ["\(scratch.folder)/table"])
    #expect(status == 0, "\(output)")
    let new = scratch.text("kubelet.pem")
    #expect((new != old.combinedPEM.reveal()) == isRenewed, "\(output)")
    #expect(output.contains("systemctl --no-block try-restart kubelet.service") == isRenewed)
    guard isRenewed else { return }
    // What the host made is what hearth would have made: no plan ever takes it for drift.
    let certificate = new.components(separatedBy: "-----BEGIN PRIVATE KEY").first ?? ""
    #expect(authority.mismatches(of: certificate, with: Self.request) == [])
    #expect(try scratch.run("certificates/renew-certificates", ["\(scratch.folder)/table"]).1 == "")
  }

  /// Seconds from now to the last known time, and what the host says.
  @Test(arguments: [(-60.0, ""), (2, "behind the last known time"), (3600, "warning: no time server")])
  func theClockIsWaitedFor(ahead: Double, says: String) throws {
    let scratch = try Scratch()
    try scratch.write("table", "")
    try scratch.write("clock", "")
    // Setting the clock of the machine that runs tests is not wanted.
    try scratch.write("date", "#!/bin/sh\n[ \"$1\" != -s ] || exit 1\nexec /bin/date \"$@\"\n", mode: 0o700)
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSinceNow: ahead)], ofItemAtPath: "\(scratch.folder)/clock")
    let environment = [
      "HEARTH_CLOCK": "\(scratch.folder)/clock", "HEARTH_TABLE": "\(scratch.folder)/table", "HEARTH_PATIENCE": "5",
    ]
    let (status, output) = try scratch.run("certificates/clock-floor", ["wait"], environment: environment)
    #expect(status == 0)
    #expect(says.isEmpty ? output.isEmpty : output.contains(says), "\(output)")
    #expect(output.contains("warning") == says.contains("warning"))
  }
}
