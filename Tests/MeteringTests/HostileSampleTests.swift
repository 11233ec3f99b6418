import Diagnostics
import Foundation
import Inventory
import JSONStream
import Metering
import TestSupport
import Testing
import Units

/// A sample is written by a host and met again at each run: nothing in it may end the process, when it is read or stored.
@Suite("Samples of hostile hosts")
struct HostileSampleTests {
  @Test(
    "Amounts that no container can have count as none",
    arguments: [
      "9223372036854775 1", "9223372036854775807 1", "1 9223372036854775807", "1e300 1", "1 1e300", "nan 1", "1 inf",
      "-1 -1", "0x10 0x10", "1 99999999Ti", "99999999999999999999999999T 1", "1e 1", " ", "- -",
    ])
  func requests(_ amounts: String) throws {
    let text = "=== time 1700000000 100 boot\n=== requests\nshop web-1 web \(amounts)\n"
    let sample = try SampleText.parse(text, meters: [], host: "n1")
    for request in sample.usage.map({ Array($0.requests.values) }) ?? [] {
      #expect((0...1_000_000).contains(request.milliCPU))
      #expect((0...1 << 44).contains(request.memoryBytes))
    }
  }

  @Test(
    "A time that cannot be is not a time",
    arguments: [
      "9223372036854775807 1 b", "-9223372036854775808 1 b", "99999999999999999999 1 b", "x 1 b", "1e9 1 b", "", "1",
    ])
  func times(_ words: String) {
    #expect(throws: HearthError.self) { try SampleText.parse("=== time \(words)\n", meters: [], host: "n1") }
  }

  @Test(
    "Metrics with odd labels and values are left out",
    arguments: [
      #"container_cpu_usage_seconds_total{container="c",namespace="n",pod="p"} 1e300 1"#,
      #"container_cpu_usage_seconds_total{container="c",namespace="n",pod="p"} NaN"#,
      #"container_cpu_usage_seconds_total{container="c",namespace="n",pod="p"} 9223372036854775807"#,
      #"container_memory_working_set_bytes{container="c",namespace="n",pod="p"} +Inf"#,
      #"container_memory_working_set_bytes{container="c",namespace="n",pod="p"} 1e18"#,
      #"container_memory_working_set_bytes}{ 5"#, #"container_memory_working_set_bytes{} 5"#,
      #"container_memory_working_set_bytes{container="\u001b[2J",namespace="$(id)",pod="p"} 5"#, "{", "}", "}{",
      "} 5 {", "container_memory_working_set_bytes} 5 {x",
      #"container_memory_working_set_bytes{=,=,namespace==} 5"#,
    ])
  func metrics(_ line: String) throws {
    let text = "=== time 1700000000 100 boot\n=== node\n\(line)\n"
    let sample = try SampleText.parse(text, meters: [], host: "n1")
    for (container, use) in sample.usage?.uses ?? [:] {
      #expect(container == UsageSample.Container(namespace: "n", pod: "p", name: "c"))
      #expect((use.memoryBytes ?? 0) <= 1 << 44)
    }
  }

  @Test("What was sampled can be stored, whatever the clocks say") func stored() throws {
    let folder = try TemporaryFolder()
    let store = try UsageStore(path: folder.file("usage.sqlite"))
    for clock in ["0 0 a", "253402300799 10000000000 a", "1 0 a", "1700000000 5 b", "1700000300 305 b"] {
      let text = """
        === time \(clock)
        === requests
        shop web-1 web 1000 16Ti
        === node
        container_cpu_usage_seconds_total{container="web",namespace="shop",pod="web-1"} 999999999999999
        container_memory_working_set_bytes{container="web",namespace="shop",pod="web-1"} 17592186044416

        """
      try store.record(try SampleText.parse(text, meters: [], host: "n1"), source: "n1")
    }
    #expect(try store.days() != nil)
  }

  @Test(
    "A power chip that counts nonsense is refused",
    arguments: [
      "1e99", "99999999999999999999999999999999", "-5", "nan", "inf", "", "0x5",
    ])
  func chip(_ number: String) {
    let text = "=== time 1 1 b\n=== meter m\n  A_A current(0)=\(number)A\n  A_V volt(1)=5.0V\n"
    let meters = [MeterDeclaration(name: "m", kind: .pmic, covers: ["n1"])]
    let sample = try? SampleText.parse(text, meters: meters, host: "n1")
    #expect(sample?.meters["m"]?.power.map { $0 > .zero && $0 < Watts(25_000) } ?? true)
  }

  @Test(
    "Meters that have counted more than a century of power are refused",
    arguments: [
      #"{"apower": 5, "aenergy": {"total": 1e30}}"#, #"{"apower": 5, "aenergy": {"total": -1}}"#,
      #"{"apower": 1e30, "aenergy": {"total": 1}}"#, #"{"apower": -1e30}"#,
      #"{"apower": 99999999999999999999999999999999999999999999999999999}"#,
    ])
  func meters(_ answer: String) throws {
    let field = JSONField(try JSONValue(Array(answer.utf8)), document: "meter")
    #expect(throws: HearthError.self) {
      try MeterReading.read(field, of: MeterDeclaration(name: "m", kind: .shelly2, covers: ["all"])).believed()
    }
  }
}
