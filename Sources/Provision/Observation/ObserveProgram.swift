import Diagnostics
import Templates

/// Makes the one program that observes a host.
struct ObserveProgram {
  /// Content of files that differ is fetched up to this size; beyond it a plan says only that they differ.
  static let shownBytes = 128 * 1024

  let script: String
  let nonce: String
  /// Probe number, as it stands in the program, to resource id.
  let probeIDs: [String]

  init(_ request: ObservationRequest, leftover: Duration) throws(HearthError) {
    nonce = Self.makeNonce()
    probeIDs = request.probes.map(\.id)
    var values: [String: Any] = [
      "nonce": nonce,
      "leftoverSeconds": Int(leftover.components.seconds),
      "shownBytes": Self.shownBytes,
      "texts": request.texts.sorted().map { ["path": $0.shellQuoted, "begin": "content \($0)".shellQuoted] },
      "shown": request.shown.sorted().flatMap { path in
        (request.sums[path] ?? []).sorted().map { sum in
          ["line": "\(sum)  \(path)".shellQuoted, "path": path.shellQuoted]
        }
      },
      "probes": request.probes.enumerated().map { index, probe in
        ["begin": "'probe \(index)'", "script": probe.script.shellQuoted]
      },
    ]
    let lists: [String: Set<String>] = [
      "stats": request.stats, "sums": Set(request.sums.keys), "large": request.largeSums, "values": request.values,
      "units": request.units, "users": request.users,
    ]
    for (key, names) in lists where !names.isEmpty {
      values[key] = names.sorted().map(\.shellQuoted).joined(separator: " ")
    }
    if !request.packages.isEmpty {
      let names = request.packages.sorted()
      values["packages"] = [
        "names": names.map(\.shellQuoted).joined(separator: " "), "pattern": Self.stanzas(of: names).shellQuoted,
      ]
    }
    if request.clock { values["clock"] = true }
    if !request.modules.isEmpty { values["modules"] = ["list": request.modules.sorted().map(Self.module)] }
    if request.swap { values["swap"] = true }
    script = try Template("host/observe.sh").render(values)
  }

  /// Random, so that nothing on a host can know it beforehand.
  static func makeNonce() -> String {
    String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
  }

  /// A pattern for the first line of these packages in dpkg's file.
  private static func stanzas(of packages: [String]) -> String {
    let names = packages.map { name in name.map { "+.".contains($0) ? "[\($0)]" : String($0) }.joined() }
    return "^Package: (\(names.joined(separator: "|")))$"
  }

  private static func module(_ name: String) -> [String: String] {
    [
      "name": name.replacing("-", with: "_").shellQuoted,
      "evidence": (KernelModule.evidence[name] ?? "/nonexistent").shellQuoted,
      "pattern": name.replacing("-", with: "_").replacing("_", with: "[-_]").shellQuoted,
    ]
  }
}
