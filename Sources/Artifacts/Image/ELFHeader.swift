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
