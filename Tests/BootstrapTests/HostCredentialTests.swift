import Diagnostics
import Foundation
import PKI
import Provision
import Testing

@testable import Bootstrap

struct HostCredentialTests {
  private func credential(_ path: String, _ authority: CertificateAuthority) throws -> HostCredential {
    HostCredential(
      name: "test", path: path,
      request: .init(commonName: "pi1", usages: [.server], dnsNames: ["pi1"], addresses: ["10.0.0.1"]),
      authority: authority, owner: "\(try sh("id -un").output):\(try sh("id -gn").output)")
  }

  private func sh(_ script: String, files: String? = nil) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/bin/sh")
    process.arguments = ["-c", script]
    if let files { process.environment = ["HEARTH_FILES": files, "PATH": "/usr/bin:/bin"] }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines))
  }

  private func observe(_ resource: Resource) throws -> [String] {
    guard case .custom(let custom) = resource else { return ["no custom resource"] }
    let result = try sh(custom.probe)
    #expect(!result.output.contains("PRIVATE KEY"))
    return custom.judge(result.status, Array(result.output.utf8)).map(\.field.text)
  }

  private func apply(_ resource: Resource, in folder: String) throws {
    guard case .custom(let custom) = resource else { return }
    let program = try custom.program()
    for (name, bytes) in program.files { try Data(bytes).write(to: URL(fileURLWithPath: "\(folder)/\(name)")) }
    #expect(try sh(program.script, files: folder).status == 0)
  }

  @Test func aCertificateIsMadeOnceAndAgainWhenItWillNotDo() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "credential-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/host.pem"
    let authority = try CertificateAuthority(commonName: "one")
    let wanted = try credential(path, authority).resource

    #expect(try observe(wanted) == ["certificate"])
    try apply(wanted, in: folder)
    #expect(try observe(wanted) == [])
    let first = try String(contentsOfFile: path, encoding: .utf8)
    #expect(first.contains("PRIVATE KEY"))

    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
    #expect(try observe(wanted) == ["access"])

    let other = try credential(path, CertificateAuthority(commonName: "one")).resource
    #expect(try observe(other) == ["access", "issuer"])
    try apply(other, in: folder)
    #expect(try observe(other) == [])
    #expect(try String(contentsOfFile: path, encoding: .utf8) != first)
  }
}
