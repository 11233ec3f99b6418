import Foundation

/// One reader of data from outside, and inputs that it takes.
struct Decoder: Sendable {
  var name: String
  /// Texts that it takes.
  var seeds: [String] = []
  /// Files of this package: a path, or a folder and `*.ending`.
  var files: [String] = []
  /// Reads the bytes. That it ends, and does not end the process, is all that is asked of it.
  var read: @Sendable ([UInt8]) async -> Void

  static let all: [Decoder] = (hosts + files + network).sorted { $0.name < $1.name }

  /// Ends its process at a number that is too large, as Swift does: the fuzzer tries itself on it.
  static let brittle = Decoder(name: "brittle", seeds: ["size=5 name=x"]) { bytes in
    guard let number = Int(bytes.text.drop { !"0123456789".contains($0) }.prefix { "0123456789".contains($0) }) else {
      return
    }
    precondition(number < 1 << 40)
  }

  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Seeds and files, in an order that is the same everywhere; nothing larger than 128 KiB.
  var corpus: [[UInt8]] {
    var inputs = seeds.map { Array($0.utf8) }
    for pattern in files {
      let path = Self.root.appending(path: pattern)
      let folder = path.deletingLastPathComponent()
      let names = pattern.contains("*") ? (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? [] : []
      let ending = path.lastPathComponent.replacing("*", with: "")
      for file in pattern.contains("*") ? names.filter({ $0.hasSuffix(ending) }).sorted() : [path.lastPathComponent] {
        guard let data = try? Data(contentsOf: folder.appending(path: file)), data.count <= 1 << 17 else { continue }
        inputs.append(Array(data))
      }
    }
    return inputs.isEmpty ? [[]] : inputs
  }

  /// Also of the decoder's name, so that decoders that share seeds do not share inputs.
  func generator(seed: UInt64) -> Generator {
    let own = name.utf8.reduce(seed &+ 0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    return Generator(seeds: corpus, seed: own)
  }

  /// A file in memory, for readers that take a path.
  static func withFile<Result>(_ bytes: [UInt8], _ body: (String) async -> Result) async -> Result {
    let folder = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
    let path = "\(folder)/fuzz-decoders-\(ProcessInfo.processInfo.processIdentifier)"
    try? Data(bytes).write(to: URL(fileURLWithPath: path))
    defer { try? FileManager.default.removeItem(atPath: path) }
    return await body(path)
  }
}

extension [UInt8] {
  var text: String { String(decoding: self, as: UTF8.self) }
}
