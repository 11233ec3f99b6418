import Crypto
import Diagnostics
import Foundation
import Untrusted

/// Reads the members of a backup's archive where they lie: POSIX tar as GNU tar writes it for short names. Links, folders
/// and what else an archive may hold are passed over; names are only ever looked up, never made into paths.
struct BackupTar {
  private static let blockBytes = 512
  /// Keys, records and the inventory are far smaller.
  private static let largestText = 4 << 20
  private static let mostMembers = 10_000

  private let handle: FileHandle
  /// Where each member's bytes are.
  private let members: [String: Range<UInt64>]

  var names: [String] { members.keys.sorted() }

  init(_ file: String) throws(HearthError) {
    try RegularFile.check(file)
    guard let handle = FileHandle(forReadingAtPath: file) else {
      throw HearthError(.local, "the file cannot be read", hint: "look at its owner and its mode with `ls -l`")
    }
    self.handle = handle
    do {
      members = try Self.index(handle)
    } catch let error as HearthError {
      throw error
    } catch {
      throw HearthError(
        .local, "the file cannot be read", hint: "copy it again from where it was kept", cause: "\(error)")
    }
  }

  private static func index(_ handle: FileHandle) throws -> [String: Range<UInt64>] {
    let end = try handle.seekToEnd()
    var members: [String: Range<UInt64>] = [:]
    var offset: UInt64 = 0
    while offset < end, members.count < mostMembers {
      try handle.seek(toOffset: offset)
      guard let header = try handle.read(upToCount: blockBytes).map(Array.init), header.count == blockBytes else {
        throw damaged
      }
      if header.allSatisfy({ $0 == 0 }) { return members }
      guard let size = number(header[124..<136]), let sum = number(header[148..<156]), sum == checksum(header) else {
        throw damaged
      }
      let start = offset + UInt64(blockBytes)
      guard size <= end, start <= end - size else { throw damaged }
      // Type `0` or nothing is a file.
      if header[156] == 0 || header[156] == UInt8(ascii: "0") {
        var name = text(header[0..<100])
        let prefix = text(header[345..<500])
        if header[257..<262].elementsEqual("ustar".utf8), header[262] == 0, !prefix.isEmpty {
          name = "\(prefix)/\(name)"
        }
        members[name.hasPrefix("./") ? String(name.dropFirst(2)) : name] = start..<(start + size)
      }
      offset = start + (size + UInt64(blockBytes) - 1) / UInt64(blockBytes) * UInt64(blockBytes)
    }
    return members
  }

  private static func notWhole(_ what: String) -> HearthError {
    HearthError(.local, what, hint: "this is not what `hearth backup` wrote: take another backup")
  }

  private static var damaged: HearthError {
    HearthError(.local, "this is not a tar archive, or it is damaged", hint: "name a file that `hearth backup` wrote")
  }

  /// Octal digits, blanks and zero bytes around them.
  private static func number(_ field: ArraySlice<UInt8>) -> UInt64? {
    let digits = field.filter { $0 != 0 && $0 != UInt8(ascii: " ") }
    return digits.isEmpty ? 0 : UInt64(String(decoding: digits, as: UTF8.self), radix: 8)
  }

  /// Over the header, its own field as blanks.
  private static func checksum(_ header: [UInt8]) -> UInt64 {
    header.enumerated().reduce(0) { $0 + UInt64((148..<156).contains($1.offset) ? 32 : $1.element) }
  }

  private static func text(_ field: ArraySlice<UInt8>) -> String {
    String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
  }

  /// A small member's bytes; nil when there is none of that name.
  func bytes(_ name: String) throws(HearthError) -> [UInt8]? {
    guard let range = members[name] else { return nil }
    guard range.count <= Self.largestText else { throw Self.notWhole("\(name) in this backup is too large") }
    var all: [UInt8] = []
    try read(range) { all += $0 }
    return all
  }

  /// Copies a member.
  ///
  /// - Returns: SHA-256 in lower-case hex, and the size in bytes.
  func copy(_ name: String, to target: UnnamedFile) throws(HearthError) -> (sum: String, bytes: Int) {
    guard let range = members[name] else { throw Self.notWhole("\(name) is missing in this backup") }
    var hash = SHA256()
    let output = target.handle
    try read(range) { chunk in
      hash.update(data: chunk)
      try output.write(contentsOf: chunk)
    }
    let digits = Array("0123456789abcdef")
    return (String(hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }), range.count)
  }

  private func read(_ range: Range<UInt64>, _ take: (Data) throws -> Void) throws(HearthError) {
    do {
      try handle.seek(toOffset: range.lowerBound)
      var left = range.count
      while left > 0 {
        guard let chunk = try handle.read(upToCount: min(left, 1 << 20)), !chunk.isEmpty else { throw Self.damaged }
        try take(chunk)
        left -= chunk.count
      }
    } catch let error as HearthError {
      throw error
    } catch {
      throw HearthError(
        .local, "the backup cannot be copied", hint: "look at free disk space with `df -h`", cause: "\(error)")
    }
  }
}
