package import Diagnostics
import Foundation
import Untrusted

/// What the first bytes of a WebAssembly file say.
package enum WebAssemblyFile: String, Sendable, Codable {
  /// A core module, as WASI 0.1 programs are.
  case module
  /// A component, as WASI 0.2 programs are.
  case component

  static let headerBytes = 8

  /// nil when these are not the first bytes of a WebAssembly file of a known version.
  package init?(header: some Sequence<UInt8>) {
    switch Array(header.prefix(Self.headerBytes)) {
    case [0x00, 0x61, 0x73, 0x6D, 0x01, 0x00, 0x00, 0x00]: self = .module
    case [0x00, 0x61, 0x73, 0x6D, 0x0D, 0x00, 0x01, 0x00]: self = .component
    default: return nil
    }
  }

  /// - Throws: ``HearthError`` `local` when the file is missing or is not WebAssembly, with what it is instead.
  package init(contentsOf path: String) throws(HearthError) {
    let header = try FileHead.read(path, bytes: 16)
    if let form = WebAssemblyFile(header: header) {
      self = form
      return
    }
    throw HearthError(
      .local, "not WebAssembly: \(Self.description(of: header))", subject: Subject(file: path),
      hint: "Build the program for the target wasm32-wasip1 (a module) or wasm32-wasip2 (a component).",
      command: "head -c 16 \(path.shellQuoted) | od -c")
  }

  private static func description(of header: [UInt8]) -> String {
    if header.isEmpty { return "it is empty" }
    if header.starts(with: "(module".utf8) || header.starts(with: "(component".utf8) {
      return "it is WebAssembly's text form; `wasm-tools parse` converts it"
    }
    if header.starts(with: [0x7F, 0x45, 0x4C, 0x46]) { return "it is a native Linux program" }
    if header.starts(with: [0x00, 0x61, 0x73, 0x6D]) {
      return header.count < headerBytes ? "it is truncated" : "it is of an unknown version"
    }
    return "it begins with other bytes"
  }
}

/// The beginning of a file.
enum FileHead {
  static func read(_ path: String, bytes: Int) throws(HearthError) -> [UInt8] {
    try RegularFile.check(path)
    do {
      let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
      defer { try? file.close() }
      return Array(try file.read(upToCount: bytes) ?? Data())
    } catch {
      throw HearthError(
        .local, "cannot read \(path)", subject: Subject(file: path), hint: "Look at the file's name, owner and mode.",
        cause: error.localizedDescription, command: "ls -l \(path.shellQuoted)")
    }
  }
}

/// As much of a Linux program or library as tells where it runs.
struct ELFHeader: Sendable, Equatable {
  /// `amd64`, `arm64` or the number of another machine.
  var machine: String
  /// The smallest alignment of the parts that are mapped, in bytes: a kernel with larger pages cannot load the file.
  var pageBytes: UInt64

  /// Enough of a file for its header and program headers.
  static let bytes = 4096

  /// nil for what is not a 64-bit little-endian program, or has nothing that is mapped.
  init?(_ head: [UInt8]) {
    guard head.count >= 64, head.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]) else { return nil }
    func number(_ offset: Int, _ count: Int) -> UInt64? {
      guard offset >= 0, offset + count <= head.count else { return nil }
      return head[offset..<offset + count].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    guard let machine = number(18, 2), let table = number(32, 8), let size = number(54, 2), let count = number(56, 2),
      table < UInt64(head.count), size >= 56
    else { return nil }
    var smallest: UInt64?
    for index in 0..<Int(count) {
      let entry = Int(table) + index * Int(size)
      guard let kind = number(entry, 4), let alignment = number(entry + 48, 8) else { break }
      if kind == 1 { smallest = min(smallest ?? .max, alignment) }
    }
    guard let smallest else { return nil }
    self.machine = machine == 62 ? "amd64" : machine == 183 ? "arm64" : "machine \(machine)"
    pageBytes = smallest
  }
}
