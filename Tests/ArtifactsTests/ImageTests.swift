import Artifacts
import Diagnostics
import Foundation
import Templates
import TestSupport
import Testing

/// Images that are packed here, and what is seen in them.
@Suite struct ImageTests {
  let scratch: TemporaryFolder

  init() throws { scratch = try TemporaryFolder("hearth-images") }

  private func write(_ name: String, _ bytes: some Sequence<UInt8>) throws -> String {
    try scratch.write(name, Data(bytes))
    return "\(scratch.path)/\(name)"
  }

  @Test func `The same file gives the same image, for both architectures`() async throws {
    let file = try write("web.wasm", Template.bytes(of: "wasm/web.wasm"))
    let first = try await WebAssemblyImage.pack(file, as: "hearth.local/web", to: scratch.path + "/1.tar")
    let second = try await WebAssemblyImage.pack(file, as: "hearth.local/web", to: scratch.path + "/2.tar")
    #expect(first.reference == second.reference && first.archive.sha256 == second.archive.sha256)
    #expect(first.form == .component)
    let report = try await ImageArchive(path: scratch.path + "/1.tar").inspect(for: [.amd64, .arm64])
    #expect(report.reference == first.reference)
    #expect(report.variants.map(\.architecture) == ["amd64", "arm64"])
    #expect(report.variants.allSatisfy { $0.webAssembly == .component && $0.command == ["/app.wasm"] })
    #expect(report.isUsable)
    #expect(report.findings.map(\.hint) == ["Write `runtimeClassName: wasmtime` into the pod's spec."])
  }

  @Test(arguments: [
    ("text", Array("(module)".utf8), "text form"), ("empty", [], "empty"),
    ("cut", [0, 0x61, 0x73, 0x6D, 1], "truncated"),
    ("new", [0, 0x61, 0x73, 0x6D, 9, 0, 0, 0], "unknown version"),
    ("native", [0x7F, 0x45, 0x4C, 0x46, 2, 1], "native"),
  ])
  func `What is not WebAssembly is named, not packed`(_ name: String, _ bytes: [UInt8], _ words: String) async throws {
    let file = try write("\(name).wasm", bytes)
    let error = await #expect(throws: HearthError.self) {
      try await WebAssemblyImage.pack(file, as: "hearth.local/x", to: scratch.path + "/x.tar")
    }
    #expect(error?.message.contains(words) == true)
    #expect(error?.subject.file == file)
  }

  @Test func `A native image is told its missing architectures, small pages and strangers`() async throws {
    var program = [UInt8](repeating: 0, count: 200)
    program.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, 2, 1])
    program[18] = 183  // arm64
    program[32] = 64  // program headers
    program[54] = 56
    program[56] = 1
    program[64] = 1  // a part that is mapped,
    program[64 + 49] = 0x10  // aligned to 4096
    _ = try write("root/bin/server", program)
    program[18] = 62  // amd64
    program[64 + 49] = 0
    program[64 + 50] = 1  // 65536
    _ = try write("root/bin/tool", program)
    let archive = try await savedByDocker(architecture: "arm64", command: ["server"])
    let report = try await ImageArchive(path: archive).inspect(for: [.amd64, .arm64])
    let variant = try #require(report.variants.first)
    #expect(variant.smallPages == ["/bin/server"])
    #expect(variant.strangers == ["/bin/tool"])
    #expect(variant.webAssembly == nil)
    #expect(!report.isUsable)
    #expect(report.findings.first?.text == "no image for linux/amd64; it has linux/arm64")
  }

  @Test func `A layer cannot be unpacked through a link of another`() async throws {
    try folders("outside", "root", "over/x", "save")
    try run("ln", "-s", scratch.path + "/outside", scratch.path + "/root/x")
    _ = try write("over/x/planted", Array("words".utf8))
    try run("tar", "-cf", scratch.path + "/save/over.tar", "-C", scratch.path + "/over", "x/planted")
    let archive = try await savedByDocker(architecture: "amd64", command: ["/x/planted"], more: ["over.tar"])
    let report = try await ImageArchive(path: archive).inspect(for: [.amd64])
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/outside").isEmpty)
    #expect(report.variants.first?.program == "/x/planted")
  }

  @Test func `A command is found by the image's links and search path, and never outside of it`() async throws {
    try folders("root/usr/bin", "root/srv", "save")
    for link in [
      ("usr/bin", "bin"), ("/usr/bin/../bin/app", "srv/app.wasm"), ("/etc/hostname", "srv/host"), ("loop", "srv/loop"),
    ] {
      try run("ln", "-s", link.0, scratch.path + "/root/" + link.1)
    }
    _ = try write("root/usr/bin/app", Template.bytes(of: "wasm/trial-module.wasm"))
    for (command, program) in [
      ("app", "/usr/bin/app"), ("/bin/app", "/usr/bin/app"), ("/srv/app.wasm", "/usr/bin/app"), ("/srv/host", nil),
      ("/srv/loop", nil), ("/../../../../etc/hostname", nil),
    ] as [(String, String?)] {
      let archive = try await savedByDocker(architecture: "amd64", command: [command])
      let variant = try await ImageArchive(path: archive).inspect(for: [.amd64]).variants.first
      #expect(variant?.program == program, "\(command)")
      #expect(variant?.webAssembly == (program == nil ? nil : .module), "\(command)")
    }
  }

  @Test(arguments: [("words", "not a tar file"), ("folder.tar", "neither index.json nor manifest.json")])
  func `What is not an image is named`(_ name: String, _ words: String) async throws {
    _ = try write("words", Array("words".utf8))
    _ = try write("folder/words", Array("words".utf8))
    try run("tar", "-cf", scratch.path + "/folder.tar", "-C", scratch.path, "folder")
    let error = await #expect(throws: HearthError.self) {
      try await ImageArchive(path: "\(scratch.path)/\(name)").inspect(for: [.arm64])
    }
    #expect(error?.message.contains(words) == true)
  }

  /// The format of older `docker save`.
  private func savedByDocker(architecture: String, command: [String], more: [String] = []) async throws -> String {
    try run("tar", "-cf", scratch.path + "/save/layer.tar", "-C", scratch.path + "/root", ".")
    let words = command.map { "\"\($0)\"" }.joined(separator: ",")
    _ = try write(
      "save/config.json", #"{"architecture":"\#(architecture)","os":"linux","config":{"Cmd":[\#(words)]}}"#.utf8)
    let layers = (["layer.tar"] + more).map { "\"\($0)\"" }.joined(separator: ",")
    _ = try write(
      "save/manifest.json", #"[{"Config":"config.json","RepoTags":["shop:1"],"Layers":[\#(layers)]}]"#.utf8)
    try run("tar", "-cf", scratch.path + "/save.tar", "-C", scratch.path + "/save", ".")
    return scratch.path + "/save.tar"
  }

  private func folders(_ names: String...) throws {
    for name in names {
      try FileManager.default.createDirectory(atPath: "\(scratch.path)/\(name)", withIntermediateDirectories: true)
    }
  }

  private func run(_ words: String...) throws {
    try? FileManager.default.createDirectory(atPath: scratch.path + "/save", withIntermediateDirectories: true)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    try process.run()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }
}
