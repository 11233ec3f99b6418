/// What Prometheus can ask the nodes for.
package struct Metrics: Sendable, Equatable {
  /// Every node runs Debian's node-exporter, with what hearth knows of the host.
  package var nodeExporter: Bool

  /// On each node's own address.
  package static let nodeExporterPort: UInt16 = 9100

  package init(nodeExporter: Bool = false) { self.nodeExporter = nodeExporter }
}
