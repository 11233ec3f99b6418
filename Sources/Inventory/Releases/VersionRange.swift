/// Versions from `lowest` up to but not including `end`, compared part by part as numbers.
package struct VersionRange: Sendable, Equatable, CustomStringConvertible {
  package var lowest: String
  package var end: String

  package init(lowest: String, end: String) {
    self.lowest = lowest
    self.end = end
  }

  package func contains(_ version: String) -> Bool {
    !Self.isLess(version, lowest) && Self.isLess(version, end)
  }

  package var description: String { "\(lowest) or later, before \(end)" }

  /// Debian's `1.6.20~ds1-1+deb12u3` counts as 1.6.20.
  package static func isLess(_ left: String, _ right: String) -> Bool {
    let left = numbers(of: left)
    let right = numbers(of: right)
    for index in 0..<max(left.count, right.count) {
      let a = index < left.count ? left[index] : 0
      let b = index < right.count ? right[index] : 0
      if a != b { return a < b }
    }
    return false
  }

  /// The numbers in front of whatever follows them: `1.6.20~ds1-1` gives 1, 6, 20.
  package static func numbers(of version: String) -> [Int] {
    let text = version.hasPrefix("v") ? version.dropFirst() : version[...]
    return text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }.split(separator: ".").compactMap { Int($0) }
  }
}

package func ..< (lowest: String, end: String) -> VersionRange { VersionRange(lowest: lowest, end: end) }
