import Diagnostics
import Foundation
import Inventory
import PKI
import Preflight
import Provision
import Templates
import TestSupport
import Testing

@testable import Bootstrap

/// Metrics of the hosts: what a plan gives them, and the real programs of Debian that read them.
struct MetricsTests {
  private static func resources(_ change: (inout Rack, inout [String: Facts]) -> Void) throws -> [String: [Resource]] {
    let sample = SampleRack.reference
    var (rack, facts) = (sample.rack, sample.facts)
    change(&rack, &facts)
    let bootstrap = try ClusterBootstrap(rack: rack, facts: facts)
    let phases = try bootstrap.phases(authority: try Authority.create(cluster: "home"), software: sample.software)
    var all: [String: [Resource]] = [:]
    for phase in phases { all.merge(phase.resources) { $0 + $1 } }
    return all
  }

  @Test func `Every node listens on its own address, and Debian's unit on none`() throws {
    let rack = SampleRack.reference.rack
    let hosts = try Self.resources { rack, _ in rack.cluster.metrics = Metrics(nodeExporter: true) }
    #expect(Set(hosts.keys) == Set(rack.nodes.map(\.name)))
    for node in rack.nodes {
      let files = (hosts[node.name] ?? []).compactMap { if case .file(let file) = $0 { file } else { nil } }
      let unit = try #require(files.first { $0.path == "/etc/systemd/system/hearth-node-exporter.service" })
      let text = String(decoding: unit.content, as: UTF8.self)
      #expect(text.contains("--web.listen-address=\(node.address):9100 "))
      let settings = try #require(files.first { $0.path == "/etc/hearth/metrics" })
      #expect(String(decoding: settings.content, as: UTF8.self).hasPrefix("node \(node.name) \(rack.cluster.name) "))
    }
    var measured = rack
    measured.cluster.metrics = Metrics(nodeExporter: true)
    let needs = try ClusterBootstrap(rack: measured, facts: SampleRack.reference.facts).needs
    #expect(needs.values.allSatisfy { $0.packages.names.contains("prometheus-node-exporter") })
    #expect(needs.values.allSatisfy { $0.maskedUnits.contains("prometheus-node-exporter.service") })
  }

  @Test func `Without the switch nothing comes, and what a former run brought goes, its program last`() throws {
    let without = try Self.resources { _, _ in }
    #expect(!without.values.joined().contains { $0.id.contains("metrics") || $0.id.contains("exporter") })
    let former = try Self.resources { _, facts in
      for name in facts.keys { facts[name]?.existingPaths.insert("/usr/local/lib/hearth/write-metrics") }
    }
    for resources in former.values {
      let ids = resources.map(\.id).filter { $0.contains("metrics") || $0.contains("exporter") }
      #expect(ids.count == 9, "\(ids)")
      #expect(ids.last?.contains("/usr/local/lib/hearth/write-metrics") == true)
      #expect(resources.contains { if case .absent(let path) = $0 { path == "/run/hearth-metrics" } else { false } })
    }
  }

  /// The program that asks for leftovers and the one that removes them, with dpkg and systemctl that only tell.
  @Test(arguments: [(true, "installed\nmasked", true), (false, "masked", false)])
  func `The package goes only where it came with hearth`(_ isOurs: Bool, _ found: String, _ isPurged: Bool) throws {
    let folder = try TemporaryFolder("hearth-exporter")
    let manifest = try folder.write(
      "manifest", isOurs ? "package\tprometheus-node-exporter\t-\t1\tr\n" : "package\thaproxy\t-\t1\tr\n")
    try folder.write("dpkg-query", "#!/bin/sh\necho installed\n", mode: 0o755)
    for name in ["dpkg", "apt-mark", "systemctl"] {
      try folder.write(name, "#!/bin/sh\necho \"\(name) $*\" >>\(folder.file("told"))\n", mode: 0o755)
    }
    let former = try Self.resources { _, facts in
      for name in facts.keys { facts[name]?.existingPaths.insert("/usr/local/lib/hearth/write-metrics") }
    }
    let custom = try #require(
      former.values.first?.compactMap {
        if case .custom(let custom) = $0, custom.name == "former node-exporter" { custom } else { nil }
      }
      .first)
    func here(_ text: String) -> String {
      text.replacing("/var/lib/hearth/manifest", with: manifest).replacing(
        "/etc/systemd/system/prometheus-node-exporter.service", with: folder.file("mask"))
    }
    try FileManager.default.createSymbolicLink(atPath: folder.file("mask"), withDestinationPath: "/dev/null")
    try folder.write("probe", here(custom.probe))
    let seen = try folder.shell("PATH=.:$PATH sh probe")
    #expect(seen == found)
    #expect(custom.judge(0, Array(seen.utf8)).count == (isOurs ? 2 : 1))
    #expect(custom.judge(0, []).isEmpty)

    let program = try custom.program()
    for (name, bytes) in program.files { try folder.write(name, Data(bytes)) }
    try folder.write("apply", here(program.script))
    try folder.shell("HEARTH_FILES=. PATH=.:$PATH sh apply")
    let told = try folder.read("told")
    #expect(told.contains("dpkg --purge prometheus-node-exporter") == isPurged)
    #expect(told.contains("systemctl -q unmask prometheus-node-exporter.service"))
  }

  /// Folders of a host, as the program that writes finds them.
  private final class Host {
    let folder: TemporaryFolder

    init() throws {
      folder = try TemporaryFolder("hearth-metrics")
      try folder.shell(
        "mkdir -p out backups bin zones/thermal_zone0 zones/thermal_zone1 blocks/mmcblk0/device blocks/mmcblk1/device")
      try folder.write("write", try Template.text(of: "metrics/write-metrics"), mode: 0o755)
      try folder.write("settings", "node pi1 home control-plane\nend 2027-02-28 1.36\n")
      try folder.write("zones/thermal_zone0/temp", "47250\n")
      try folder.write("zones/thermal_zone0/type", "cpu\"-}\nthermal\n")
      try folder.write("zones/thermal_zone1/temp", "what\n")
      try folder.write("blocks/mmcblk0/device/life_time", "0x03 0x00\n")
      try folder.write("wasm", "module=ok\ncomponent=status 1: \"no\"\nversion=49.0.1\n")
      try folder.write("bin/vcgencmd", "#!/bin/sh\necho throttled=0x50005\n", mode: 0o755)
      try folder.write("bin/systemctl", "#!/bin/sh\nexit 1\n", mode: 0o755)
      try folder.shell(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=a -keyout key -out ca.crt "
          + "2>/dev/null; cat ca.crt key >node.pem; echo \"$PWD/node.pem|x\" >table")
    }

    func write() throws -> String {
      let names = [
        "METRICS=out", "METRICS_SETTINGS=settings", "TABLE=table", "CA=ca.crt", "BACKUPS=backups", "WASM=wasm",
        "ZONES=zones", "BLOCKS=blocks",
      ].map { "HEARTH_" + $0.replacing("=", with: "=\(folder.path)/") }
      try folder.shell("env PATH=\(folder.file("bin")):$PATH \(names.joined(separator: " ")) ./write")
      return try folder.read("out/hearth.prom")
    }
  }

  @Test func `A host writes what it knows, whole and without a word of a key`() throws {
    let host = try Host()
    let text = try host.write()
    for line in [
      #"hearth_node_info{node="pi1",cluster="home",role="control-plane"} 1"#,
      #"hearth_temperature_celsius{zone="0",kind="cpu-thermal"} 47.250"#,
      #"hearth_power_problem{kind="under_voltage",since="now"} 1"#,
      #"hearth_power_problem{kind="frequency_capped",since="now"} 0"#,
      #"hearth_power_problem{kind="throttled",since="boot"} 1"#,
      #"hearth_storage_wear_ratio{device="mmcblk0",part="a"} 0.3"#, "hearth_backup_timestamp_seconds 0",
      "hearth_backup_failed 0", #"hearth_webassembly_check{check="module"} 1"#,
      #"hearth_webassembly_check{check="component"} 0"#,
      #"hearth_kubernetes_end_timestamp_seconds{release="1.36"} 1803772800"#,
    ] {
      #expect(text.split(separator: "\n").contains { $0 == line }, "\(line) is not in\n\(text)")
    }
    #expect(
      text.matches(of: /hearth_certificate_end_timestamp_seconds\{path="[^"]*\/(node\.pem|ca\.crt)"\} [0-9]+/).count
        == 2)
    #expect(!text.contains("PRIVATE"))
    #expect(!text.contains(#"part="b""#) && !text.contains(#"check="version""#) && !text.contains(#"zone="1""#))
    #expect(try host.folder.shell("ls out") == "hearth.prom")

    try host.folder.shell(
      "touch -d @1000000000 backups/home-20010909T014640Z.tar; rm -r bin/vcgencmd zones blocks wasm")
    let later = try host.write()
    #expect(later.contains("hearth_backup_timestamp_seconds 1000000000\n"))
    for name in ["temperature", "power", "wear", "webassembly"] { #expect(!later.contains(name)) }
  }

  // MARK: - Debian's programs

  private static let tools = "\(Folders().cache)/tools/prometheus/usr/bin"
  /// Where `scripts/test` unpacks them, or installed.
  private static func tool(_ name: String) -> String? {
    ["\(tools)/\(name)", "/usr/bin/\(name)"].first(where: FileManager.default.isExecutableFile)
  }
  /// `scripts/test` brings them, so a missing one is then a failure.
  static let hasTools =
    ProcessInfo.processInfo.environment["HEARTH_END_TO_END"] == "1"
    || ["prometheus", "promtool", "prometheus-node-exporter"].allSatisfy { tool($0) != nil }

  @Test(.enabled(if: hasTools)) func `promtool finds nothing wrong with the metrics`() throws {
    let host = try Host()
    _ = try host.write()
    let promtool = try #require(Self.tool("promtool"))
    #expect(try host.folder.shell("\(promtool) check metrics <out/hearth.prom 2>&1") == "")
  }

  @Test(.enabled(if: hasTools)) func `The alert rules are right, and each fires by what it is about`() throws {
    let promtool = try #require(Self.tool("promtool"))
    let folder = try TemporaryFolder("hearth-rules")
    try folder.write("rules.yaml", try Template.text(of: "metrics/rules.yaml"))
    #expect(try folder.shell("\(promtool) check rules rules.yaml").contains("13 rules found"))
    try folder.write("test.yaml", Self.ruleTests)
    #expect(try folder.shell("\(promtool) test rules test.yaml 2>&1").contains("SUCCESS"))
    // The test can fail.
    try folder.write("rules.yaml", try Template.text(of: "metrics/rules.yaml").replacing(">= 80", with: ">= 99"))
    #expect(try folder.shell("\(promtool) test rules test.yaml 2>&1 || :").contains("FAILED"))
  }

  /// Series, minute by minute; the alert that they make in the end, and its labels. The clock begins at 0.
  private static let alerts: [(series: [String], alert: String, labels: String)] = [
    (["hearth_node_info{node='pi1',instance='a'} 1x60 _x60"], "HearthHostSilent", "node='pi1',instance='a'"),
    (
      ["node_textfile_mtime_seconds{file='/run/hearth-metrics/hearth.prom',instance='a'} 1x120"], "HearthMetricsOld",
      "file='/run/hearth-metrics/hearth.prom',instance='a'"
    ),
    (
      [
        "hearth_temperature_celsius{zone='0',instance='a'} 85x120",
        "hearth_temperature_celsius{zone='1',instance='a'} 40x120",
      ], "HearthHostHot", "instance='a'"
    ),
    (
      ["hearth_power_problem{kind='under_voltage',since='boot',instance='a'} 1x120"], "HearthUnderVoltage",
      "instance='a'"
    ),
    (["hearth_power_problem{kind='throttled',since='now',instance='a'} 1x120"], "HearthThrottled", "instance='a'"),
    (
      ["hearth_storage_wear_ratio{device='mmcblk0',part='a',instance='a'} 0.9x120"], "HearthStorageWorn",
      "device='mmcblk0',part='a',instance='a'"
    ),
    (
      [
        "node_filesystem_avail_bytes{mountpoint='/',instance='a'} 5x120",
        "node_filesystem_size_bytes{mountpoint='/',instance='a'} 100x120", "hearth_node_info{instance='a'} 1x120",
      ],
      "HearthDiskFull", "mountpoint='/',instance='a'"
    ),
    (
      [
        "hearth_certificate_start_timestamp_seconds{path='/x',instance='a'} 0x120",
        "hearth_certificate_end_timestamp_seconds{path='/x',instance='a'} 1200x120",
      ],
      "HearthCertificateNotRenewed", "path='/x',instance='a'"
    ),
    (["hearth_backup_timestamp_seconds{instance='a'} 1x2400"], "HearthBackupOld", "instance='a'"),
    (["hearth_backup_timestamp_seconds{instance='a'} 0x2400"], "HearthBackupMissing", "instance='a'"),
    (["hearth_backup_failed{instance='a'} 1x120"], "HearthBackupFailed", "instance='a'"),
    (["hearth_webassembly_check{check='module',instance='a'} 0x120"], "HearthWebAssemblyBroken", "instance='a'"),
    (
      ["hearth_kubernetes_end_timestamp_seconds{release='1.36',instance='a'} 86400x120"], "HearthKubernetesEnds",
      "release='1.36'"
    ),
  ]
  private static let severities = [
    "HearthHostSilent": "critical", "HearthCertificateNotRenewed": "critical",
  ]

  /// In the form of `promtool test rules`: each alert by itself and no other, and a rack in order without any.
  private static var ruleTests: String {
    func group(_ series: [String], _ firing: String?) -> String {
      let input = series.map { line in
        let parts = line.split(separator: " ", maxSplits: 1)
        return "      - {series: \"\(parts[0])\", values: \"\(parts[1])\"}\n"
      }.joined()
      // Backups are a matter of nights.
      let minutes = series.contains { $0.hasSuffix("x2400") } ? 2390 : 90
      let samples = firing.map { "[{labels: \"\($0)\", value: 1}]" } ?? "[]"
      return "  - interval: 1m\n    input_series:\n\(input)    promql_expr_test:\n"
        + "      - {expr: \"ALERTS{alertstate='firing'}\", eval_time: \(minutes)m, exp_samples: \(samples)}\n"
    }
    let healthy = [
      "hearth_node_info{node='pi1',instance='a'} 1x120", "hearth_temperature_celsius{zone='0',instance='a'} 60x120",
      "node_textfile_mtime_seconds{file='/run/hearth-metrics/hearth.prom',instance='a'} 0+60x120",
      "hearth_power_problem{kind='under_voltage',since='boot',instance='a'} 0x120",
      "hearth_storage_wear_ratio{device='mmcblk0',part='a',instance='a'} 0.1x120",
      "hearth_certificate_start_timestamp_seconds{path='/x',instance='a'} 0x120",
      "hearth_certificate_end_timestamp_seconds{path='/x',instance='a'} 604800x120",
      "hearth_backup_timestamp_seconds{instance='a'} 1x120", "hearth_backup_failed{instance='a'} 0x120",
      "hearth_webassembly_check{check='module',instance='a'} 1x120",
      "hearth_kubernetes_end_timestamp_seconds{release='1.36',instance='a'} 31536000x120",
    ]
    return "rule_files: [rules.yaml]\nevaluation_interval: 1m\ntests:\n" + group(healthy, nil)
      + alerts.map { series, alert, labels in
        group(
          series,
          "ALERTS{alertname='\(alert)',alertstate='firing',severity='\(severities[alert] ?? "warning")',\(labels)}")
      }.joined()
  }

  /// A daemon of Debian's that picks a port and says it.
  private final class Daemon {
    let process: ChildProcess
    let address: String

    init(_ words: [String], log: String) throws {
      let descriptor = open(log, O_CREAT | O_WRONLY | O_CLOEXEC, 0o600)
      defer { close(descriptor) }
      process = try ChildProcess(words, output: descriptor)
      while true {
        let text = try String(contentsOfFile: log, encoding: .utf8)
        if let found = text.firstMatch(of: /msg="Listening on" address=([0-9.:]+)/) {
          address = String(found.output.1)
          return
        }
        guard process.isRunning else { throw Command.Failure(description: text) }
        usleep(20_000)
      }
    }

    deinit {
      process.signal(SIGTERM)
      process.wait()
    }
  }

  /// The node-exporter of the unit file, and a Prometheus that asks it.
  @Test(.enabled(if: hasTools)) func `Prometheus gets them from node-exporter`() throws {
    let host = try Host()
    _ = try host.write()
    let folder = host.folder
    let unit = try Template("metrics/hearth-node-exporter.service").render(["address": "127.0.0.1", "port": 0])
    let start = try #require(
      unit.replacing("\\\n", with: " ").split(separator: "\n").first { $0.hasPrefix("ExecStart=") })
    var words = start.dropFirst("ExecStart=".count).split(separator: " ").map(String.init)
    words[0] = try #require(Self.tool("prometheus-node-exporter"))
    words = words.map { $0.replacing("/run/hearth-metrics", with: folder.file("out")) }
    let exporter = try Daemon(words, log: folder.file("exporter.log"))
    try folder.write("rules.yaml", try Template.text(of: "metrics/rules.yaml"))
    let settings = try folder.write(
      "prometheus.yml",
      """
      global: {scrape_interval: 1s, evaluation_interval: 1s}
      rule_files: [\(folder.file("rules.yaml"))]
      scrape_configs: [{job_name: hearth, static_configs: [{targets: ["\(exporter.address)"], labels: {node: pi1}}]}]

      """)
    let prometheus = try Daemon(
      [
        try #require(Self.tool("prometheus")), "--config.file=\(settings)",
        "--storage.tsdb.path=\(folder.file("data"))",
        "--web.listen-address=127.0.0.1:0",
      ], log: folder.file("prometheus.log"))
    func ask(_ path: String) throws -> String {
      try Command.run(
        "curl", "-q", "-s", "--noproxy", "*", "--retry", "30", "--retry-all-errors",
        "http://\(prometheus.address)/api/v1/\(path)")
    }
    var state = ""
    while prometheus.process.isRunning {
      state = try ask("query?query=up")
      // There after the first scrape, with all that it brought: 1, or 0 where it failed.
      if state.contains(#""instance""#) { break }
      usleep(100_000)
    }
    #expect(state.contains(#","1"]"#), "\(state)")
    let heat = try ask("query?query=hearth_temperature_celsius")
    #expect(heat.contains(#""node":"pi1""#) && heat.contains(#""47.25""#), "\(heat)")
    #expect(try ask("query?query=node_textfile_scrape_error").contains(#","0"]"#))
  }
}
