import Diagnostics
import Foundation
import HTTP
import Inventory
import Metering
import TestSupport
import Testing
import Units

/// Meters behind logins, and those of other makers, over HTTP.
@Suite struct SourceTests {
  let server: ScriptServer
  let poller: MeterPoller

  init() throws {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    server = try ScriptServer(fixtures.appending(path: "Fixtures/more-devices.py").path)
    var options = HTTPOptions()
    options.proxy = ""
    options.retries = RetryPolicy(attempts: 2, base: .milliseconds(1), ceiling: .milliseconds(5))
    poller = MeterPoller(http: HTTPClient(options: options))
  }

  private func meter(
    _ kind: MeterDeclaration.Kind, _ device: String = "", path: String? = nil, channel: Int = 0,
    _ change: (inout MeterDeclaration) -> Void = { _ in }
  ) -> MeterDeclaration {
    var meter = MeterDeclaration(
      name: "plug", kind: kind, url: "http://127.0.0.1:\(server.greeting)\(device)", channel: channel, path: path,
      covers: ["all"])
    change(&meter)
    return meter
  }

  @Test func `Every source gives its watts, and its counter where it has one`() async throws {
    let watts = try #require(Watts(exact: "47.11")), count = try #require(WattHours(exact: "5.125"))
    let both = MeterReading(power: watts, counter: count)
    #expect(
      try await poller.believed(
        meter(.homeAssistant, "/ha", path: "sensor.rack_power") { $0.token = Secret("long-lived") })
        == MeterReading(power: watts))
    #expect(
      try await poller.believed(meter(.prometheus, "/prom", path: "sum(rack_watts{job=\"plug\"})"))
        == MeterReading(power: watts))
    #expect(try await poller.believed(meter(.shellyPM)) == both)
    #expect(try await poller.believed(meter(.shelly3EM, "/em1")) == both)
    #expect(try await poller.believed(meter(.shellyPro3EM, "/em3")) == both)
    #expect(try await poller.believed(meter(.shelly2, "/digest") { $0.password = Secret("open sesame") }) == both)
    let fritz = meter(.fritz, "/fritz", path: "08761 0000434") {
      $0.user = "hearth"
      $0.password = Secret("open sesame")
    }
    #expect(try await poller.believed(fritz) == MeterReading(power: watts, counter: WattHours(5)))
  }

  @Test func `Without watts a counter is enough, and that is said`() async throws {
    let reading = try await poller.believed(meter(.shelly2, "/null"))
    #expect(reading.power == nil && reading.counter == WattHours(exact: "5.125"))
    #expect(reading.doubt?.contains("no watts") == true)
  }

  @Test func `A wrong login, a dead entity and a query without an answer are named; no secret is`() async throws {
    let cases: [(MeterDeclaration, String)] = [
      (meter(.homeAssistant, "/ha", path: "sensor.rack_power") { $0.token = Secret("stolen") }, "401"),
      (meter(.homeAssistant, "/ha", path: "sensor.off") { $0.token = Secret("long-lived") }, "state `unavailable`"),
      (meter(.prometheus, "/prom", path: "sum(nothing)"), "gives 0 series"),
      (meter(.shelly3EM, "/em1", channel: 1), "not valid"), (meter(.shelly3EM, "/em1", channel: 3), "2 phases"),
      (meter(.shelly2, "/digest") { $0.password = Secret("wrong one") }, "401"),
      (
        meter(.fritz, "/fritz", path: "08761 0000434") {
          $0.user = "hearth"
          $0.password = Secret("wrong one")
        }, "refused the login of hearth"
      ),
    ]
    for (meter, message) in cases {
      let error = await #expect(throws: HearthError.self) { try await poller.believed(meter) }
      #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
      #expect(error.map { !"\($0)".contains("stolen") && !"\($0)".contains("wrong one") } == true)
    }
  }

  @Test func `No secret lies on a node: the sampler asks only what is open`() throws {
    let text = try SampleProgram.text(
      meters: [
        meter(.homeAssistant, "/ha", path: "sensor.a") { $0.token = Secret("long-lived") },
        meter(.shelly2, "/digest") { $0.password = Secret("open sesame") }, meter(.prometheus, "/prom", path: "up"),
        meter(.shellyPM),
      ], on: "pi1")
    #expect(!text.contains("long-lived") && !text.contains("open sesame") && !text.contains("/prom"))
    #expect(text.contains("'/rpc/PM1.GetStatus?id=0'"))
  }
}
