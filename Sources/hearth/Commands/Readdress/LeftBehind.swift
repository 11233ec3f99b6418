import Inventory
import Untrusted

/// What an inventory still says of a network that no node is in any more, such as a meter, a mirror or a time server.
enum LeftBehind {
  /// - Returns: numbers of lines, comments left out.
  static func lines(of text: String, from old: [IPv4Address], to new: [IPv4Address]) -> [Int] {
    let gone = Set(old.map(prefix)).subtracting(new.map(prefix))
    return text.lineFeedParts.enumerated().compactMap { index, line in
      let words = line.split(whereSeparator: { !($0.isASCII && ($0.isNumber || $0 == ".")) })
      guard !line.drop(while: { $0 == " " }).hasPrefix("#"),
        words.contains(where: { word in IPv4Address(String(word)).map { gone.contains(prefix($0)) } ?? false })
      else { return nil }
      return index + 1
    }
  }

  private static func prefix(_ address: IPv4Address) -> UInt32 { address.bits >> 8 }
}
