import Diagnostics
import Testing

@testable import SSH

/// What a host prints before a program begins is searched once and kept within bounds.
struct PreambleTests {
  private static let root = RootCommand("true", as: .passwordless, nonce: "hearth-0123456789abcdef")
  private static let limit = PrivilegeDialog.limitBytes

  @Test(arguments: [1, 100, 4096, 32_768]) func endlessNoiseIsTooMuch(chunk: Int) {
    let noise = [UInt8](repeating: 0x61, count: chunk)
    var (dialog, output) = (PrivilegeDialog(Self.root), PrivilegeDialog(Self.root))
    for _ in 0..<(Self.limit / chunk) {
      _ = dialog.hear(standardError: noise)
      _ = output.filter(standardOutput: noise)
    }
    #expect(!dialog.isFlooded && !output.isFlooded)
    for _ in 0...1 {
      _ = dialog.hear(standardError: noise)
      _ = output.filter(standardOutput: noise)
    }
    #expect(dialog.isFlooded && output.isFlooded && !dialog.isReady)
  }

  /// At every place where a packet may end within the mark.
  @Test(arguments: 0...24) func theMarkIsFoundAcrossPackets(cut: Int) {
    let bytes = Array("noise\nhearth-0123".utf8) + Self.root.mark + Array("own".utf8)
    var (dialog, output) = (PrivilegeDialog(Self.root), PrivilegeDialog(Self.root))
    let place = 16 + min(cut, Self.root.mark.count)
    let first = dialog.hear(standardError: Array(bytes[..<place])).own
    #expect(first + dialog.hear(standardError: Array(bytes[place...])).own == Array("own".utf8))
    #expect(dialog.isReady)
    let before = output.filter(standardOutput: Array(bytes[..<place]))
    #expect(before + output.filter(standardOutput: Array(bytes[place...])) == Array("own".utf8))
  }

  @Test func byteByByte() {
    let bytes = [UInt8](repeating: 0x68, count: 60_000) + Self.root.mark + Array("own".utf8)
    var dialog = PrivilegeDialog(Self.root)
    var own: [UInt8] = []
    for byte in bytes { own += dialog.hear(standardError: [byte]).own }
    #expect(own == Array("own".utf8))
    #expect(dialog.preamble.count == 60_000)
  }
}
