import Artifacts
import Diagnostics
import Foundation
import TestSupport
import Testing

/// Logins as docker and podman leave them, with helpers that are real programs.
struct DockerLoginTests {
  let scratch: TemporaryFolder
  private let me = RegistryCredential.password(user: "me", Secret("secret words"))
  private let word = Data("me:secret words".utf8).base64EncodedString()

  init() throws { scratch = try TemporaryFolder("hearth-logins") }

  private var logins: DockerLogins {
    DockerLogins(
      environment: [
        "DOCKER_CONFIG": scratch.path, "REGISTRY_AUTH_FILE": scratch.file("podman.json"),
        "PATH": "\(scratch.path):/usr/bin:/bin",
      ])
  }

  private func config(_ text: String) throws { try scratch.write("config.json", text) }

  private func helper(_ name: String, _ body: String) throws {
    try scratch.write("docker-credential-\(name)", "#!/bin/sh\n\(body)\n", mode: 0o755)
  }

  private func answer(_ user: String, _ secret: String) -> String {
    #"echo '{"ServerURL":"x","Username":"\#(user)","Secret":"\#(secret)"}'"#
  }

  private let none = "echo 'credentials not found in native keychain'; exit 1"

  @Test func `What the files hold is found, docker's before podman's`() async throws {
    try config(#"{"auths":{"registry.example":{"auth":"\#(word)"},"azure.example":{"identitytoken":"long"}}}"#)
    try scratch.write(
      "podman.json", #"{"auths":{"other.example":{"auth":"\#(word)"},"registry.example":{"auth":"eDp5"}}}"#)
    #expect(try await logins.credential(for: "registry.example") == me)
    #expect(try await logins.credential(for: "other.example") == me)
    #expect(try await logins.credential(for: "azure.example") == .identityToken(Secret("long")))
    #expect(try await logins.credential(for: "new.example") == nil)
    #expect("\(me)".contains("secret words") == false)
  }

  @Test func `A registry's own helper comes before that of all, and both before what the file holds`() async throws {
    try config(
      #"{"auths":{"a.example":{"auth":"\#(word)"},"b.example":{"auth":"\#(word)"},"c.example":{"auth":"\#(word)"}},"#
        + #""credHelpers":{"a.example":"own"},"credsStore":"all"}"#)
    try helper("own", answer("own", "1"))
    try helper("all", "read -r server; [ \"$server\" = b.example ] || { \(none); }; " + answer("all", "2"))
    #expect(try await logins.credential(for: "a.example") == .password(user: "own", Secret("1")))
    #expect(try await logins.credential(for: "b.example") == .password(user: "all", Secret("2")))
    #expect(try await logins.credential(for: "c.example") == me)
    #expect(try await logins.credential(for: "new.example") == nil)
  }

  @Test func `A helper gets "get" and the registry, and nothing else of it is in its command line`() async throws {
    try config(#"{"credsStore":"spy"}"#)
    try helper("spy", "{ echo \"$*\"; cat; } >\"$DOCKER_CONFIG/seen\"; " + answer("me", "secret words"))
    #expect(try await logins.credential(for: "registry-1.docker.io") == me)
    #expect(try scratch.read("seen") == "get\nhttps://index.docker.io/v1/")
    #expect(try await logins.credential(for: "127.0.0.1:5000") == me)
    #expect(try scratch.read("seen") == "get\n127.0.0.1:5000")
  }

  @Test func `An identity token is told from a password, and an empty answer is none`() async throws {
    try config(#"{"credHelpers":{"a.example":"token","b.example":"empty"}}"#)
    try helper("token", answer("<token>", "long"))
    try helper("empty", answer("", ""))
    #expect(try await logins.credential(for: "a.example") == .identityToken(Secret("long")))
    #expect(try await logins.credential(for: "b.example") == nil)
  }

  @Test(
    arguments: [
      (nil, "docker-credential-odd, which keeps docker's passwords, cannot be run", nil),
      ("echo 'the drawer is locked'; exit 1", "gave no password for a.example", "the drawer is locked"),
      ("echo 'no key' >&2; exit 3", "gave no password for a.example", "no key"),
      (#"echo '{"Secret":"hush'; exit 1"#, "gave no password for a.example", nil),
      ("echo hush", "is not a JSON object with Username and Secret", nil),
      (#"echo '{"Secret":"hush"}'"#, "is not a JSON object with Username and Secret", nil),
      ("exec <&-; echo hush", "is not a JSON object with Username and Secret", nil),
    ] as [(String?, String, String?)])
  func `A helper that does not work is named, with its file and without what it keeps`(
    _ body: String?, _ message: String, _ cause: String?
  ) async throws {
    try config(#"{"credHelpers":{"a.example":"odd"}}"#)
    if let body { try helper("odd", body) }
    let error = await #expect(throws: HearthError.self) { try await logins.credential(for: "a.example") }
    #expect(error?.message.contains(message) == true && error?.message.contains("docker-credential-odd") == true)
    #expect(error?.subject.file == scratch.file("config.json"))
    #expect(error?.hint?.contains("--password-stdin") == true)
    if let cause { #expect(error?.cause?.contains(cause) == true) }
    #expect("\(String(describing: error))".contains("hush") == false)
    // Other registries have nothing to do with it.
    #expect(try await logins.credential(for: "b.example") == nil)
  }

  @Test func `A file that is not JSON is named`() async throws {
    try config("{")
    let error = await #expect(throws: HearthError.self) { try await logins.credential(for: "a.example") }
    #expect(error?.subject.file == scratch.file("config.json"))
  }
}
