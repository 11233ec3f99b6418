import Diagnostics
import Inventory
import Provision
import Templates
import Untrusted

/// What Prometheus can ask this host for: Debian's node-exporter on the node's own address, and in its text-file folder
/// what hearth knows of the host.
extension ClusterNode {
  static let exporterPackage = "prometheus-node-exporter"
  /// Debian's own, which would listen everywhere.
  static let exporterPackageUnit = "prometheus-node-exporter.service"
  static let exporterUnit = "hearth-node-exporter.service"
  static let metricsProgram = "/usr/local/lib/hearth/write-metrics"
  static let metricsFolder = "/run/hearth-metrics"
  private static let metricsSettings = "/etc/hearth/metrics"
  private static let metricsTimer = "hearth-metrics.timer"
  private static let metricsUnits = [metricsTimer, "hearth-metrics.service", exporterUnit]

  func metrics() throws(HearthError) -> [Resource] {
    guard rack.cluster.metrics.nodeExporter else {
      return facts.existingPaths.contains(Self.metricsProgram) ? try formerMetrics() : []
    }
    func path(_ unit: String) -> String { "\(NodePath.units)/\(unit)" }
    let exporter = try Template("metrics/\(Self.exporterUnit)").render([
      "address": address, "port": Int(Metrics.nodeExporterPort),
    ])
    return [
      .file(.init(Self.metricsSettings, metricsText)),
      .file(.init(Self.metricsProgram, try Template.text(of: "metrics/write-metrics"), mode: 0o755)),
      .file(.init(path("hearth-metrics.service"), try Template.text(of: "metrics/hearth-metrics.service"))),
      .file(.init(path(Self.metricsTimer), try Template.text(of: "metrics/\(Self.metricsTimer)"))),
      .file(.init(path(Self.exporterUnit), exporter)),
      .unit(.init(Self.metricsTimer, restartOn: [path(Self.metricsTimer)])),
      .unit(
        .init(
          Self.exporterUnit,
          restartOn: [path(Self.exporterUnit), "/var/lib/dpkg/info/\(Self.exporterPackage).list"])),
    ]
  }

  /// A word and its values on each line.
  private var metricsText: String {
    var text = "node \(name) \(rack.cluster.name) \(isControlPlane ? "control-plane" : "worker")\n"
    let version = rack.cluster.kubernetes
    if let release = ReleaseTable.embedded.release(of: version) {
      text += "end \(release.ends) 1.\(release.minor)\n"
    }
    return text
  }

  /// Of an inventory that asked for it, and does not any more. The program goes last: by it the next run knows what is left.
  private func formerMetrics() throws(HearthError) -> [Resource] {
    [Self.metricsTimer, Self.exporterUnit].map { .unit(.init($0, state: .stopped, enabled: false)) }
      + [try formerExporter()]
      + (Self.metricsUnits.map { "\(NodePath.units)/\($0)" } + [
        Self.metricsFolder, Self.metricsSettings, Self.metricsProgram,
      ]).map { .absent(path: $0) }
  }

  /// The package goes where it came with hearth; one that was there before may start again.
  private func formerExporter() throws(HearthError) -> Resource {
    let remove = try Template.text(of: "reset/packages")
    let program = try Template("metrics/remove-exporter").render(["remove": ShellText(remove)])
    return .custom(
      .init(
        "former node-exporter", probe: try Template.text(of: "metrics/find-exporter"),
        judge: { _, output in
          String(decoding: output, as: UTF8.self).filledLines.compactMap { word in
            switch word {
            case "installed": FieldChange(Self.exporterPackage, from: "installed", to: nil)
            case "masked": FieldChange(Self.exporterPackageUnit, from: "masked", to: nil)
            default: nil
            }
          }
        },
        apply: { () throws(HearthError) in
          .init(program, files: ["packages": Array("\(Self.exporterPackage)\n".utf8)], timeout: .seconds(600))
        }))
  }
}
