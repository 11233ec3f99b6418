import Schema

/// `cluster.metrics`.
enum MetricsKeys {
  static let nodeExporter = Key(
    "nodeExporter", Kind<Bool>.truth, fallback: "no",
    "Whether every node runs Debian's node-exporter on its own address, with what hearth knows of the host.")

  static let kind = Kind<Metrics>.object(
    "metrics", "What Prometheus can ask the nodes for.", keys: [nodeExporter]
  ) { fields in Metrics(nodeExporter: fields[nodeExporter] ?? false) }
}
