package import Diagnostics
package import Provision
import Templates

/// Takes hearth off a host, step by step; what a step has done already does no harm when it is done again. SSH, the
/// firewall and all that hearth did not make stay as they are. The manifest goes last: until then the next run knows
/// what is left.
package struct HostReset: Sendable {
  let plan: ResetPlan

  package init(_ manifest: Manifest) { plan = ResetPlan(manifest) }

  package var isEmpty: Bool { plan.isEmpty }

  /// In order; empty where hearth never was.
  package func resources() throws(HearthError) -> [Resource] {
    guard !isEmpty else { return [] }
    var all: [Resource] = []
    if !plan.units.isEmpty {
      all.append(
        try step("pods and containers", "pods", [FieldChange("containers", from: "all of Kubernetes", to: nil)]))
      all.append(try step("services", "services", plan.units.map { FieldChange("unit", from: $0, to: nil) }))
      all.append(
        try step(
          "pod network", "network", [FieldChange("rules, routes, bridge", from: "of hearth and Kubernetes", to: nil)]))
    }
    if !plan.packages.isEmpty {
      all.append(
        try step("packages", "packages", [FieldChange("packages", from: Self.short(plan.packages), to: nil)], 1800))
    }
    all.append(
      try step("files", "files", [FieldChange("files", from: Self.short(plan.files.map(\.path)), to: nil)]))
    all.append(
      try step("data", "data", [FieldChange("data", from: "etcd, kubelet, containers, logs of pods", to: nil)]))
    all.append(try step("manifest", "manifest", [FieldChange(Manifest.path, from: "there", to: nil)]))
    return all
  }

  private func step(
    _ name: String, _ template: String, _ fields: [FieldChange], _ seconds: Int = 300
  ) throws(HearthError) -> Resource {
    let script = try Template("reset/\(template)").render()
    let plan = plan
    return .custom(
      .init(
        "reset: \(name)", probe: "true", judge: { _, _ in fields },
        apply: { () throws(HearthError) in
          .init("set +e\n" + script, files: Self.files(plan), timeout: .seconds(seconds))
        }))
  }

  /// Lists for the programs, one name a line.
  private static func files(_ plan: ResetPlan) -> [String: [UInt8]] {
    func text(_ lines: [String]) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }
    return [
      "units": text(plan.units), "restarts": text(plan.restarts), "masked": text(plan.masked),
      "packages": text(plan.packages), "users": text(plan.users), "directories": text(plan.directories),
      "files": text(plan.files.map { "\($0.sha256 ?? "-") \($0.path)" }),
    ]
  }

  private static func short(_ names: [String]) -> String {
    names.count > 6
      ? names.prefix(4).joined(separator: ", ") + " and \(names.count - 4) more" : names.joined(separator: ", ")
  }
}
