import Inventory
import Provision
import Untrusted

/// A hole in kernels that pods could use, as far as a kernel's own version tells: distributions fix older series in place.
struct KnownBadKernel: Sendable {
  /// Such as `6.12`.
  var series: String
  /// The first of the series without it.
  var fixed: Int
  /// Name and consequence, as the end of a sentence.
  var words: String

  static let all = [
    KnownBadKernel(
      series: "6.12", fixed: 76, words: "CVE-2026-31431, by which every user, also one of a pod, becomes root")
  ]

  /// - Parameter release: as `uname -r` prints it, such as `6.12.47+rpt-rpi-v8`.
  static func first(in release: String) -> KnownBadKernel? {
    let numbers = release.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }.split(separator: ".")
      .map { Int(checked: $0, in: 0...100_000) }
    guard numbers.count == 3, let major = numbers[0], let minor = numbers[1], let patch = numbers[2] else { return nil }
    return all.first { $0.series == "\(major).\(minor)" && patch < $0.fixed }
  }
}

extension HostView {
  func knownBadKernel() -> [CheckFinding] {
    // Virtual hosts run this machine's kernel.
    guard rack.lab == nil, let bad = KnownBadKernel.first(in: facts.kernel) else { return [] }
    return [finding(.kernelKnownBad, "kernel \(facts.kernel); \(bad.series).\(bad.fixed) fixes \(bad.words)")]
  }
}
