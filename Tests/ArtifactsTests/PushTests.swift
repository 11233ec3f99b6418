import Artifacts
import Diagnostics
import Foundation
import HTTP
import Templates
import TestSupport
import Testing

/// Images brought to a real registry, and taken from it again.
@Suite(.enabled(if: ContainerRegistry.missing == nil, "no registry: \(ContainerRegistry.missing ?? "")"))
struct PushTests {
  let scratch: TemporaryFolder
  let http = HTTPClient(
    options: HTTPOptions(
      retries: RetryPolicy(attempts: 2, base: .milliseconds(5), ceiling: .milliseconds(50)), proxy: ""))

  init() throws { scratch = try TemporaryFolder("hearth-push") }

  private let me = RegistryCredential.password(user: "me", Secret("secret words"))

  private func packed(_ name: String = "web") async throws -> ImageArchive {
    let file = try scratch.write("\(name).wasm", Data(Template.bytes(of: "wasm/\(name).wasm")))
    let archive = scratch.file("\(name).tar")
    _ = try await WebAssemblyImage.pack(file, as: "hearth.local/\(name)", to: archive)
    return ImageArchive(path: archive)
  }

  private func push(
    _ image: ImageArchive, _ registry: ContainerRegistry, _ credential: RegistryCredential? = nil, tag: String = "1"
  ) async throws -> ImageArchive.Pushed {
    try await image.push(
      to: ImageReference("127.0.0.1:\(registry.port)/shop/web:\(tag)"), access: .push(credential), http: http)
  }

  /// The bytes under a name in the registry.
  private func stored(_ registry: ContainerRegistry, _ path: String) async throws -> HTTPResponse {
    let types = "application/vnd.oci.image.index.v1+json, application/vnd.oci.image.manifest.v1+json"
    return try await http.get("http://127.0.0.1:\(registry.port)/v2/shop/web/\(path)", headers: ["Accept": types])
  }

  @Test func `An image is there whole, and sent once`() async throws {
    let registry = try ContainerRegistry()
    let image = try await packed()
    let first = try await push(image, registry)
    // One layer for both architectures, and a configuration for each.
    #expect(first.uploadedBlobs == 3 && first.presentBlobs == 0 && first.uploadedBytes > 4096)
    let again = try await push(image, registry, tag: "2")
    #expect(again.uploadedBlobs == 0 && again.presentBlobs == 3 && again.uploadedBytes == 0)
    #expect(again.digest == first.digest)

    let index = try await stored(registry, "manifests/2")
    #expect(index.isSuccess && "\(Checksum.of(index.body))" == first.digest)
    let text = index.text
    for digest in text.matches(of: /sha256:[0-9a-f]{64}/).map({ String($0.output) }) {
      let manifest = try await stored(registry, "manifests/\(digest)")
      #expect(manifest.isSuccess)
      for blob in manifest.text.matches(of: /sha256:[0-9a-f]{64}/).map({ String($0.output) }) {
        let answer = try await stored(registry, "blobs/\(blob)")
        #expect("\(Checksum.of(answer.body))" == blob)
      }
    }
  }

  @Test func `A layer of many pieces arrives`() async throws {
    let registry = try ContainerRegistry(.password)
    let layer = Data((0..<6_000_000).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 13) })
    let pushed = try await push(try savedByDocker(layer: layer), registry, me)
    #expect(pushed.uploadedBlobs == 2 && pushed.uploadedBytes > 6_000_000)
    #expect(try await push(try savedByDocker(layer: layer), registry, me).presentBlobs == 2)
  }

  @Test func `Passwords are shown where they are asked for, and wrong ones named`() async throws {
    let registry = try ContainerRegistry(.password)
    let image = try await packed()
    let nobody = await #expect(throws: HearthError.self) { try await push(image, registry) }
    #expect(nobody?.message.hasSuffix("the registry answered 401") == true)
    #expect(nobody?.hint?.contains("docker login 127.0.0.1:\(registry.port)") == true)
    let wrong = await #expect(throws: HearthError.self) {
      try await push(image, registry, .password(user: "me", Secret("guess")))
    }
    #expect(wrong?.hint?.contains("is wrong") == true)
    #expect(try await push(image, registry, me).uploadedBlobs == 3)
  }

  @Test func `A server of tokens is asked with name and password`() async throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/token-server.py")
    let tokens = try ScriptServer(script.path, [scratch.path])
    let registry = try ContainerRegistry(
      .token(realm: "http://127.0.0.1:\(tokens.greeting)/token", certificates: scratch.file("certificate.pem")))
    let image = try await packed()
    #expect(try await push(image, registry, me).uploadedBlobs == 3)
    let nobody = await #expect(throws: HearthError.self) { try await push(image, registry) }
    #expect(nobody?.message.hasSuffix("the registry answered 401") == true)
  }

  @Test func `A server of tokens takes the identity token that a helper keeps`() async throws {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/token-server.py")
    let tokens = try ScriptServer(script.path, [scratch.path])
    let registry = try ContainerRegistry(
      .token(realm: "http://127.0.0.1:\(tokens.greeting)/token", certificates: scratch.file("certificate.pem")))
    let image = try await packed()
    try scratch.write(
      "docker-credential-tokens",
      """
      #!/bin/sh
      read -r server
      [ "$server" = 127.0.0.1:\(registry.port) ] || exit 1
      echo '{"ServerURL":"'"$server"'","Username":"<token>","Secret":"identity & more"}'
      """, mode: 0o755)
    try scratch.write("config.json", #"{"credsStore":"tokens"}"#)
    let logins = DockerLogins(environment: ["DOCKER_CONFIG": scratch.path, "PATH": "\(scratch.path):/usr/bin:/bin"])
    let credential = try await logins.credential(for: "127.0.0.1:\(registry.port)")
    #expect(try await push(image, registry, credential).uploadedBlobs == 3)
    let wrong = await #expect(throws: HearthError.self) {
      try await push(image, registry, .identityToken(Secret("guess")), tag: "2")
    }
    #expect(wrong?.message.contains("answered 401") == true)
  }

  @Test func `A registry with passwords takes the one that a helper keeps`() async throws {
    let registry = try ContainerRegistry(.password)
    let image = try await packed()
    try scratch.write(
      "docker-credential-drawer",
      "#!/bin/sh\ncat >/dev/null\necho '{\"ServerURL\":\"\",\"Username\":\"me\",\"Secret\":\"secret words\"}'\n",
      mode: 0o755)
    try scratch.write("config.json", #"{"credHelpers":{"127.0.0.1:\#(registry.port)":"drawer"}}"#)
    let logins = DockerLogins(environment: ["DOCKER_CONFIG": scratch.path, "PATH": "\(scratch.path):/usr/bin:/bin"])
    let credential = try await logins.credential(for: "127.0.0.1:\(registry.port)")
    #expect(try await push(image, registry, credential).uploadedBlobs == 3)
  }

  @Test(arguments: [
    ("dd if=/dev/zero of=layer bs=1 count=8 conv=notrunc status=none", "is damaged"), ("rm layer", "lacks the part"),
  ])
  func `What is damaged is not sent`(_ damage: String, _ words: String) async throws {
    let registry = try ContainerRegistry()
    _ = try await packed()
    // The layer is the largest part.
    try scratch.shell(
      "mkdir t && tar -xf web.tar -C t && cd t/blobs/sha256 && f=$(ls -S | head -n 1) && mv $f layer && { \(damage); }; "
        + "[ ! -e layer ] || mv layer $f; cd ../.. && tar -cf ../bad.tar .")
    let error = await #expect(throws: HearthError.self) {
      try await push(ImageArchive(path: scratch.file("bad.tar")), registry)
    }
    #expect(error?.message.contains(words) == true && error?.subject.file == scratch.file("bad.tar"))
    #expect(try await stored(registry, "manifests/1").status == 404)
  }

  @Test func `A registry that is not there is named`() async throws {
    let port = try SSHDaemon.freePort()
    let image = try await packed()
    let error = await #expect(throws: HearthError.self) {
      try await image.push(to: ImageReference("127.0.0.1:\(port)/web:1"), access: .push(nil), http: http)
    }
    #expect(error?.message.contains("127.0.0.1 cannot be reached") == true)
  }

  /// The format of older `docker save`: no manifest, the layer as it is.
  private func savedByDocker(layer: Data) throws -> ImageArchive {
    try scratch.write("save/layer.tar", layer)
    try scratch.write("save/config.json", Data(#"{"architecture":"amd64","os":"linux","config":{"Cmd":["/x"]}}"#.utf8))
    try scratch.write(
      "save/manifest.json", Data(#"[{"Config":"config.json","RepoTags":["shop:1"],"Layers":["layer.tar"]}]"#.utf8))
    try scratch.shell("tar -cf save.tar -C save .")
    return ImageArchive(path: scratch.file("save.tar"))
  }
}
