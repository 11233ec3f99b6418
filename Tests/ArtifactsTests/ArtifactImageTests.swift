import Artifacts
import Diagnostics
import Foundation
import HTTP
import Templates
import TestSupport
import Testing

/// WebAssembly as an OCI artifact: a layer that is the file itself, as `wkg`, `oras` and `spin` push it.
@Suite struct ArtifactImageTests {
  let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder("hearth-artifact-images") }

  /// - Parameter config: of the image; its media type differs between the tools.
  private func artifact(_ config: String) throws -> ImageArchive {
    func blob(_ bytes: [UInt8]) throws -> String {
      let digest = Checksum.of(bytes)
      try scratch.write("layout/blobs/sha256/\(digest.hex)", Data(bytes))
      return #""digest":"sha256:\#(digest.hex)","size":\#(bytes.count)"#
    }
    let layer = try blob(Template.bytes(of: "wasm/web.wasm"))
    let configuration = try blob(Array(config.utf8))
    let manifest = try blob(
      Array(
        """
        {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
        "config":{"mediaType":"application/vnd.wasm.config.v0+json",\(configuration)},
        "layers":[{"mediaType":"application/wasm",\(layer)}]}
        """.utf8))
    try scratch.write(
      "layout/index.json",
      Data(
        """
        {"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",\(manifest),
        "annotations":{"io.containerd.image.name":"ghcr.io/shop/web:1"}}]}
        """.utf8))
    try scratch.write("layout/oci-layout", Data(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
    try scratch.shell("tar -cf artifact.tar -C layout oci-layout index.json blobs")
    return ImageArchive(path: scratch.file("artifact.tar"))
  }

  @Test(arguments: [
    #"{"architecture":"wasm","os":"wasip2","component":{"exports":[],"imports":[]}}"#,
    #"{"architecture":"arm64","os":"linux","config":{"Entrypoint":["/app.wasm"]}}"#,
  ])
  func `It is called what it is, and an image is made of it`(_ config: String) async throws {
    let archive = try artifact(config)
    let report = try await archive.inspect(for: [.arm64])
    #expect(report.isArtifact && !report.isUsable)
    let failures = report.findings.filter { $0.weight == .failure }
    #expect(failures.count == 1 && failures.first?.text.hasPrefix("this is an OCI artifact") == true)

    let image = try await archive.repack(as: "ghcr.io/shop/web:1", to: scratch.file("image.tar"))
    #expect(image.reference == "ghcr.io/shop/web:1" && image.purpose == .service)
    let repacked = try await ImageArchive(path: scratch.file("image.tar")).inspect(for: [.amd64, .arm64])
    #expect(repacked.isUsable && !repacked.isArtifact && repacked.variants.first?.program == "/app.wasm")
  }

  @Test(arguments: [("web", #""StopSignal":"SIGINT""#, true), ("trial-module", "StopSignal", false)])
  func `A service is asked to end in the way that lets requests end`(
    _ name: String, _ words: String, _ isThere: Bool
  ) async throws {
    try scratch.write("app.wasm", Data(try Template.bytes(of: "wasm/\(name).wasm")))
    _ = try await WebAssemblyImage.pack(scratch.file("app.wasm"), as: "hearth.local/a", to: scratch.file("a.tar"))
    try scratch.shell("mkdir out && tar -xf a.tar -C out && cat out/blobs/sha256/* >all")
    #expect((try scratch.data("all").range(of: Data(words.utf8)) != nil) == isThere)
  }
}
