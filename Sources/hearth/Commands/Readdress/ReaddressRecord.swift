import Diagnostics
import Foundation
import Inventory
import PKI
import Untrusted

/// Where a run that has begun to follow the boards found them, so that one that goes on looks there first.
struct ReaddressRecord {
  private let file: String

  init(folder: String) { file = "\(folder)/readdress" }

  /// A name and an address on each line; none where no run has begun.
  var addresses: [String: IPv4Address] {
    let lines = (try? RegularFile.read(file)).map { String(decoding: $0, as: UTF8.self) }?.filledLines ?? []
    var found: [String: IPv4Address] = [:]
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      if words.count == 2, let address = IPv4Address(words[1]) { found[words[0]] = address }
    }
    return found
  }

  func set(_ addresses: [String: IPv4Address]) throws(HearthError) {
    let lines = addresses.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
    try PrivateFile.write(Array(lines.joined().utf8), to: file)
  }

  func forget() { try? FileManager.default.removeItem(atPath: file) }
}
