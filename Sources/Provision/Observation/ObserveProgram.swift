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
    var values: [String: Any?] = [
      "nonce": nonce,
      "leftoverSeconds": Int(leftover.components.seconds),
      "shownBytes": Self.shownBytes,
      "texts": request.texts.sorted().map { ["path": $0, "begin": "content \($0)"] },
      "shown": request.shown.sorted().flatMap { path in
        (request.sums[path] ?? []).sorted().map { sum in ["line": "\(sum)  \(path)", "path": path] }
      },
      "probes": request.probes.enumerated().map { index, probe in
        ["begin": "probe \(index)", "script": probe.script]
      },
      "packages": request.packages.isEmpty ? nil : Self.packages(request.packages.sorted()),
      "modules": request.modules.isEmpty ? nil : ["list": request.modules.sorted().map(Self.module)],
      "clock": request.clock, "swap": request.swap, "sysctlFiles": request.sysctlFiles,
    ]
    let lists: [String: Set<String>] = [
      "stats": request.stats, "sums": Set(request.sums.keys), "large": request.largeSums, "values": request.values,
      "units": request.units, "users": request.users,
    ]
    for (key, names) in lists { values[key] = .some(names.isEmpty ? nil : ["words": names.sorted()]) }
    script = try Template("host/observe.sh").render(values)
  }

  /// Random, so that nothing on a host can know it beforehand.
  static func makeNonce() -> String {
    String(UInt64.random(in: .min ... .max), radix: 36) + String(UInt64.random(in: .min ... .max), radix: 36)
  }

  private static func packages(_ names: [String]) -> [String: Any] {
    ["names": names, "pattern": stanzas(of: names)]
  }

  /// A pattern for the first line of these packages in dpkg's file.
  private static func stanzas(of packages: [String]) -> String {
    let names = packages.map { name in name.map { "+.".contains($0) ? "[\($0)]" : String($0) }.joined() }
    return "^Package: (\(names.joined(separator: "|")))$"
  }

  private static func module(_ name: String) -> [String: String] {
    [
      "name": name.replacing("-", with: "_"),
      "evidence": KernelModule.evidence[name] ?? "/nonexistent",
      "pattern": name.replacing("-", with: "_").replacing("_", with: "[-_]"),
    ]
  }
}
