import Diagnostics
import Foundation
import Inventory
import Metering
import SSH
import TestSupport
import Testing
import Units

/// The programs of the sampler, run by this machine's shell in a folder of their own, and what they print.
@Suite struct SamplerTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// Runs programs with the host's folders moved below a temporary one.
  private struct LocalShell: RootShell {
    let host = "pi1"
    let root: String
    var execCount: Int { get async { 0 } }

    func run(
      _ program: String, input: [UInt8], timeout: Duration, onOutput: (@Sendable ([UInt8]) -> Void)?
    ) async throws(HearthError) -> ExecResult {
      let moved = program.replacing("/var/lib/hearth", with: root + "/var").replacing(
        "/usr/local/lib/hearth", with: root + "/lib")
      do {
        let text = try Command.run(["sh", "-c", moved], input: String(decoding: input, as: UTF8.self))
        return ExecResult(status: 0, standardOutput: Array((text + "\n").utf8))
      } catch {
        return ExecResult(status: 1, standardError: Array("\(error)".utf8))
      }
    }

    func upload(
      _ source: UploadSource, to path: String, mode: UInt16, owner: String, progress: (@Sendable (Int, Int) -> Void)?
    ) async throws(HearthError) { throw HearthError(.internalError, "no uploads here") }

    func close() async {}
  }

  private let meter = MeterDeclaration(name: "plug", kind: .shelly2, url: "http://10.77.0.2/", covers: ["all"])

  private func sample(_ unix: Int, _ watts: String, cpu: String = "10") -> String {
    """
    === time \(unix) \(unix - 1_700_000_000) 3f1e
    === meter plug
    {"id":0,"apower":\(watts),"aenergy":{"total":5.1}}
    === requests
    shop web-1 app 250m 64Mi
    shop web-1 side - -
    === node pi1
    container_cpu_usage_seconds_total{container="app",namespace="shop",pod="web-1"} \(cpu) 1700000000000
    container_memory_working_set_bytes{container="app",namespace="shop",pod="web-1"} 1.34217728e+08 1700000000000
    === end

    """
  }

  @Test func `A sample is read whole`() throws {
    let found = try SampleText.parse(sample(1_700_000_300, "12.5"), meters: [meter], host: "pi1")
    #expect(found.time == SampleTime(unix: 1_700_000_300, uptime: 300, boot: "3f1e"))
    let plug = MeterReading(power: Watts(exact: "12.5"), counter: WattHours(exact: "5.1"), step: WattHours(1))
    #expect(found.meters == ["plug": plug])
    let app = UsageSample.Container(namespace: "shop", pod: "web-1", name: "app")
    let side = UsageSample.Container(namespace: "shop", pod: "web-1", name: "side")
    #expect(found.usage?.requests[app] == .init(milliCPU: 250, memoryBytes: 64 << 20))
    #expect(found.usage?.requests[side] == .init(milliCPU: 0, memoryBytes: 0))
    #expect(found.usage?.uses[app] == .init(cpuMilliseconds: 10_000, memoryBytes: 128 << 20))
  }

  @Test func `Of a sample that was cut off, what is whole is used; of noise, nothing`() throws {
    let text = sample(1_700_000_300, "12.5")
    for length in 0..<text.utf8.count {
      let cut = String(decoding: Array(text.utf8.prefix(length)), as: UTF8.self)
      guard let found = try? SampleText.parse(cut, meters: [meter], host: "pi1") else { continue }
      #expect(found.meters.isEmpty || found.meters["plug"]?.power == Watts(exact: "12.5"))
    }
    #expect(throws: HearthError.self) { try SampleText.parse("", meters: [], host: "pi1") }
    #expect(throws: HearthError.self) { try SampleText.parse("=== time soon 1 2\n", meters: [], host: "pi1") }
    let odd = try SampleText.parse(
      "=== time 1700000300 300 b\n=== node pi1\nnonsense\ncontainer_cpu_usage_seconds_total{} NaN\n", meters: [],
      host: "pi1")
    #expect(odd.usage?.uses.isEmpty == true)
  }

  @Test(arguments: [
    ("250m", 0.25), ("1", 1.0), ("64Mi", 67_108_864.0), ("1e3", 1000.0), ("100n", 1e-7), ("2k", 2000.0),
  ])
  func `Amounts of Kubernetes`(text: String, value: Double) throws {
    let amount = try #require(ResourceAmount(text))
    #expect(abs(amount.value - value) <= value * 1e-12)
  }

  @Test(arguments: ["", "m", "-1", "1x", "abc"]) func `No amount is made up`(text: String) {
    #expect(ResourceAmount(text) == nil)
  }

  @Test func `Samples wait in the spool, are collected in order and taken away once`() async throws {
    let shell = LocalShell(root: folder.path)
    try FileManager.default.createDirectory(atPath: folder.file("var/samples"), withIntermediateDirectories: true)
    for index in 0..<7 {
      try folder.write("plain", sample(1_700_000_000 + index * 600, "12", cpu: "\(index * 60)"))
      try Command.run("sh", "-c", "gzip -c '\(folder.path)/plain' > '\(folder.path)/var/samples/00\(index)-1.gz'")
    }
    // One was cut off by a power cut, one is not an archive at all.
    try Command.run(
      "sh", "-c", "head -c 40 '\(folder.path)/var/samples/000-1.gz' > '\(folder.path)/var/samples/008-1.gz'")
    try folder.write("var/samples/009-1.gz", "no archive")
    let store = try UsageStore(path: folder.file("usage.sqlite"))
    #expect(try await Sampler.collect(from: shell, into: store, meters: [meter], batch: 3) == 7)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("var/samples")).isEmpty)
    let day = Day(unixSeconds: 1_700_000_000)
    #expect(try store.energy(from: day, to: day).map(\.known) == [Hours(1)])
    let usage = try store.usage(from: day, to: day)
    #expect(usage.map(\.namespace) == ["shop"])
    // Six minutes of a core were used, a quarter of a core was asked for.
    #expect(usage[0].cpuUsed == Decimal(360_000) / 3_600_000)
    #expect(usage[0].cpuCounted == Decimal(900_000) / 3_600_000)
    #expect(try await Sampler.collect(from: shell, into: store, meters: [meter]) == 0)
  }

  @Test func `The spool keeps to its room and age, and sweeps up after a power cut`() async throws {
    let shell = LocalShell(root: folder.path)
    for name in ["var/samples", "lib"] {
      try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
    }
    try folder.write("lib/sample", "echo '=== time 1 2 3'\n")
    try folder.write("var/samples/77.part", "cut off")
    try folder.write("var/samples/000000000001-9.gz", "old")
    try Command.run("touch", "-d", "60 days ago", folder.file("var/samples/000000000001-9.gz"))
    for index in 2..<6 {
      try folder.write("var/samples/00000000000\(index)-9.gz", String(repeating: "x", count: 100_000))
    }
    let result = try await shell.run(try Sampler(keepDays: 45, keepKilobytes: 250).spoolProgram())
    #expect(result.status == 0, "\(result.errorText)")
    let left = try FileManager.default.contentsOfDirectory(atPath: folder.file("var/samples")).sorted()
    #expect(left.count == 3, "\(left)")
    #expect(left.prefix(2) == ["000000000004-9.gz", "000000000005-9.gz"])
  }

  @Test func `Addresses in the program are quoted`() throws {
    var odd = meter
    odd.url = "http://10.0.0.5/a'b;reboot"
    odd.kind = .json
    let program = try SampleProgram.text(meters: [odd], on: "pi1")
    #expect(
      program.contains(#"get http://10.0.0.5 '/a'\''b;reboot'"#)
        || program.contains("get http://10.0.0.5 '/a%27b;reboot'"))
    let plain = try SampleProgram.text(meters: [meter], on: "pi1")
    #expect(plain.contains("get http://10.77.0.2 '/rpc/Switch.GetStatus?id=0'"))
    #expect(plain.contains("{{range .items}}"))
    try folder.write("program", plain)
    try Command.run("sh", "-n", folder.file("program"))
  }
}
