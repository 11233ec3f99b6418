import Artifacts
import Diagnostics
import Foundation
import Templates
import TestSupport
import Testing

/// What is said of WebAssembly before it travels: the same as a node's wrapper would say.
@Suite struct WebAssemblyVerdictTests {
  private static let header: [UInt8] = [0, 0x61, 0x73, 0x6D, 1, 0, 0, 0]
  private static let start: [UInt8] = [7, 10, 1, 6] + Array("_start".utf8) + [0, 0]

  @Test(
    arguments: [
      ("trial-module", .command), ("trial-component", .command), ("trial-wasi3", .command), ("web", .service),
    ] as [(String, WebAssemblyVerdict.Purpose)])
  func `The samples run, each as what it is`(_ name: String, _ purpose: WebAssemblyVerdict.Purpose) throws {
    let verdict = WebAssemblyVerdict(Data(try Template.bytes(of: "wasm/\(name).wasm")))
    #expect(verdict.problem == nil && verdict.purpose == purpose)
  }

  @Test(
    arguments: [
      ("a library", header + [7, 7, 1, 3] + Array("add".utf8) + [0, 0], "no function _start"),
      ("nothing at all", header, "no function _start"),
      ("_start that is a memory", header + [7, 10, 1, 6] + Array("_start".utf8) + [2, 0], "no function _start"),
      ("a cut section", header + [1, 40, 1, 0x60], "truncated"),
      ("a length without end", header + [1, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], "truncated"),
      ("exports without end", header + [7, 5, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F], "no function _start"),
      ("shared memory of its own", header + [5, 4, 1, 3, 1, 2] + start, "threads"),
      (
        "threads",
        header + [2, 21, 1, 4] + Array("wasi".utf8) + [12] + Array("thread-spawn".utf8) + [0, 0] + start, "threads"
      ),
      ("a component that is none", [0, 0x61, 0x73, 0x6D, 0x0D, 0, 1, 0], "exports neither wasi:cli/run nor"),
    ] as [(String, [UInt8], String)])
  func `What no node would run is named`(_ name: String, _ bytes: [UInt8], _ words: String) {
    #expect(WebAssemblyVerdict(Data(bytes)).problem?.contains(words) == true)
  }

  @Test func `Memory of its own is not a thread`() {
    #expect(WebAssemblyVerdict(Data(Self.header + [5, 3, 1, 0, 1] + Self.start)).problem == nil)
  }

  @Test func `A file above the nodes' limit is refused, one at it is not`() {
    // A custom section fills it up.
    func padded(to count: Int) -> Data {
      let rest = count - Self.header.count - Self.start.count - 6
      var bytes = Self.header + Self.start + [0]
      bytes += (0..<5).map { UInt8(rest >> (7 * $0) & 0x7F) | ($0 < 4 ? 0x80 : 0) }
      return Data(bytes) + Data(count: rest)
    }
    #expect(WebAssemblyVerdict(padded(to: 64 << 20)).problem == nil)
    #expect(WebAssemblyVerdict(padded(to: 64 << 20 + 1)).problem?.contains("larger than 64 MiB") == true)
  }

  @Test func `Beginnings of a real component are never called ready`() throws {
    let whole = try Template.bytes(of: "wasm/web.wasm")
    for count in stride(from: 8, to: whole.count, by: 97) {
      #expect(WebAssemblyVerdict(Data(whole.prefix(count))).problem != nil, "\(count) bytes")
    }
  }

  @Test func `A library is not packed, and an image of one is not called usable`() async throws {
    let scratch = try TemporaryFolder("hearth-verdict")
    let library = Self.header + [7, 7, 1, 3] + Array("add".utf8) + [0, 0]
    try scratch.write("lib.wasm", Data(library))
    let error = await #expect(throws: HearthError.self) {
      try await WebAssemblyImage.pack(scratch.file("lib.wasm"), as: "hearth.local/lib", to: scratch.file("lib.tar"))
    }
    #expect(error?.code == .unsupported && error?.message.contains("no function _start") == true)
  }
}
