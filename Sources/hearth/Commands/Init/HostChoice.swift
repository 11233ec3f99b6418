import Diagnostics
import Discovery
import Inventory
import SSH
import Untrusted

/// Hosts that were found, as a table with numbers, and which of them somebody picks.
enum HostChoice {
  /// `all`, or numbers and ranges: `1-4,6`.
  ///
  /// - Returns: places from 0, each once, in the order in which they were named: the first become the control plane.
  static func places(_ text: String, of count: Int) throws(HearthError) -> [Int] {
    if text.lowercased() == "all" { return Array(0..<count) }
    var places: [Int] = []
    for word in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
      let ends = word.split(separator: "-", maxSplits: 1, omittingEmptySubsequences: false)
      guard let first = Int(checked: ends[0], in: 1...max(1, count)),
        let last = ends.count == 1 ? first : Int(checked: ends[1], in: 1...max(1, count)), first <= last
      else {
        throw HearthError(
          .usage, "`\(word)` is none of the numbers above", hint: "write them as in 1-\(max(1, count)), or all")
      }
      for place in (first - 1)..<last where !places.contains(place) { places.append(place) }
    }
    guard !places.isEmpty else { throw HearthError(.usage, "no host is chosen", hint: "name some by number, or all") }
    return places
  }

  /// - Parameter notes: in the last column, in place of what the server says of itself.
  static func table(
    _ hosts: [Scan.Host], keys: [IPv4Address: ShownHostKey], notes: [IPv4Address: String] = [:]
  ) -> String {
    let addresses = hosts.map { host in host.port == 22 ? "\(host.address)" : "\(host.address):\(host.port)" }
    let names = hosts.map { $0.name ?? "" }
    let fingerprints = hosts.map { keys[$0.address]?.fingerprint ?? "(no key)" }
    func width(_ texts: [String]) -> Int { texts.map(\.count).max() ?? 0 }
    let widths = (width(addresses), width(names), width(fingerprints))
    let lines = hosts.indices.map { index in
      let number = String(repeating: " ", count: max(0, 3 - "\(index + 1)".count)) + "\(index + 1)"
      let columns = [
        number, addresses[index].padding(widths.0), names[index].padding(widths.1),
        fingerprints[index].padding(widths.2), notes[hosts[index].address] ?? hosts[index].software.bounded(60),
      ]
      return columns.filter { !$0.isEmpty }.joined(separator: "  ")
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
