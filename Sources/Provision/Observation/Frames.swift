import Diagnostics
import Synchronization
import Untrusted

/// One section of what a host program says: a title, bytes, and how it ended.
struct Frame: Equatable {
  var title: String
  var content: [UInt8]
  /// The words behind `end`.
  var ending: [Substring]
  var status: Int32 { ending.first.flatMap { Int32(checked: $0) } ?? -1 }
  var firstLine: String {
    String(decoding: content.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
  }
}

/// Finds the sections in the output of a host program: `\n@NONCE begin TITLE\n`, bytes, `\n@NONCE end WORDS\n`. Takes
/// the output in pieces of any size.
struct FrameReader {
  private let mark: [UInt8]
  private var line: [UInt8] = []
  private var open: Frame?

  init(nonce: String) { mark = Array("@\(nonce) ".utf8) }

  enum Item: Equatable {
    case begun(title: String)
    /// A line inside a section, with its newline.
    case line([UInt8])
    case ended(Frame)
    /// A marked line of its own, such as `note reading package lists`.
    case word(String)
  }

  /// Understands more output; calls `found` for all that it completes.
  mutating func feed(_ bytes: some Sequence<UInt8>, _ found: (Item) -> Void) {
    for byte in bytes {
      line.append(byte)
      if byte == UInt8(ascii: "\n") {
        take(found)
        line.removeAll(keepingCapacity: true)
      }
    }
  }

  private mutating func take(_ found: (Item) -> Void) {
    guard line.starts(with: mark) else {
      open?.content.append(contentsOf: line)
      if open != nil { found(.line(line)) }
      return
    }
    // The newline before the mark belongs to the mark.
    if open?.content.last == UInt8(ascii: "\n") { open?.content.removeLast() }
    let text = String(decoding: line.dropFirst(mark.count).dropLast(), as: UTF8.self)
    if text.hasPrefix("begin ") {
      let title = String(text.dropFirst(6))
      open = Frame(title: title, content: [], ending: [])
      found(.begun(title: title))
    } else if text.hasPrefix("end"), var frame = open {
      frame.ending = text.dropFirst(3).split(separator: " ")
      open = nil
      found(.ended(frame))
    } else {
      found(.word(text))
    }
  }

  /// All sections of a whole output.
  static func frames(in output: [UInt8], nonce: String) -> [Frame] {
    var reader = FrameReader(nonce: nonce)
    var frames: [Frame] = []
    reader.feed(output) { item in
      if case .ended(let frame) = item { frames.append(frame) }
    }
    return frames
  }
}
