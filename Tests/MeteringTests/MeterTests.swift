import Diagnostics
import Foundation
import HTTP
import Inventory
import JSONStream
import Metering
import TestSupport
import Testing
import Units

/// Devices, over HTTP and in documents.
@Suite struct MeterTests {
  let server: ScriptServer
  let poller: MeterPoller
  let http: HTTPClient

  init() throws {
    let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/devices.py")
    server = try ScriptServer(fixtures.path)
    var options = HTTPOptions()
    options.proxy = ""
    options.retries = RetryPolicy(attempts: 2, base: .milliseconds(1), ceiling: .milliseconds(5))
    http = HTTPClient(options: options)
    poller = MeterPoller(http: http)
  }

  private func meter(
    _ kind: MeterDeclaration.Kind, _ device: String, channel: Int = 0, path: String? = nil,
    unit: MeterDeclaration.Unit = .watts
  ) -> MeterDeclaration {
    MeterDeclaration(
      name: "plug", kind: kind, url: "http://127.0.0.1:\(server.greeting)/\(device)", channel: channel, path: path,
      unit: unit, covers: ["pi1"])
  }

  @Test func `Every device gives its watts and its counter`() async throws {
    let watts = try #require(Watts(exact: "47.11")), count = try #require(WattHours(exact: "5.125"))
    #expect(try await poller.believed(meter(.shelly2, "shelly2")) == MeterReading(power: watts, counter: count))
    // Watt-minutes are whole numbers on this device: 307 of them.
    let first = try await poller.believed(meter(.shelly1, "shelly1", channel: 1))
    #expect(first.power == watts)
    #expect(first.counter?.value.rounded(3) == Decimal(exact: "5.117"))
    #expect(try await poller.believed(meter(.tasmota, "tasmota")) == MeterReading(power: watts, counter: count))
    #expect(
      try await poller.believed(meter(.tasmota, "phases", channel: 1)) == MeterReading(power: watts, counter: count))
    #expect(
      try await poller.believed(meter(.json, "generic/api/v1", path: "sensors.1.power", unit: .milliwatts))
        == MeterReading(power: watts))
    #expect(
      try await poller.believed(meter(.json, "generic/api/v1/", path: "sensors.1.energy", unit: .kilowattHours))
        == MeterReading(counter: count))
  }

  @Test func `What cannot be is told with its reason`() async throws {
    let cases: [(MeterDeclaration, String)] = [
      (meter(.shelly1, "shelly1"), "says that its own reading is not valid"),
      (meter(.shelly1, "shelly1", channel: 7), "has 2 meters, none with number 7"),
      (meter(.shelly2, "shelly2", channel: 3), "the server answered 404"),
      (meter(.shelly2, "dead"), "broke the connection"), (meter(.shelly2, "reset"), "the server answered 500"),
      (meter(.tasmota, "html"), "is not JSON"), (meter(.shelly1, "generic/api/v1"), "the server answered 404"),
      (meter(.json, "generic/api/v1", path: "sensors.1.power"), "more than any socket gives"),
      (meter(.json, "generic/api/v1", path: "sensors.5.power"), "where it should have at least 6 elements"),
      (meter(.json, "generic/api/v1", path: "sensor.power"), "lacks `sensor`"),
      (meter(.tasmota, "phases", channel: 2), "where it should have at least 3 values"),
    ]
    for (meter, message) in cases {
      let error = await #expect(throws: HearthError.self) { try await poller.believed(meter) }
      #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
      #expect(error?.subject.step == "meter plug")
    }
  }

  @Test func `Less than nothing is refused, a little less is nothing`() async throws {
    _ = try await http.get("http://127.0.0.1:\(server.greeting)/set?watts=-47")
    let error = await #expect(throws: HearthError.self) { try await poller.believed(meter(.shelly2, "shelly2")) }
    #expect(error?.message.contains("less than nothing") == true)
    _ = try await http.get("http://127.0.0.1:\(server.greeting)/set?watts=-0.3")
    #expect(try await poller.believed(meter(.shelly2, "shelly2")).power == Watts(exact: "-0.3"))
  }

  @Test func `The next step after a failure is about the meter`() async throws {
    let cases: [(MeterDeclaration, String)] = [
      (meter(.shelly2, "dead"), "asked again at the next sample"),
      (meter(.shelly2, "reset"), "asked again at the next sample"),
      (meter(.shelly2, "shelly2", channel: 3), "`kind`, `channel` and `path`"),
      (meter(.tasmota, "html"), "login page"),
      (MeterDeclaration(name: "plug", kind: .shelly2, url: "http://127.0.0.1:1", covers: ["pi1"]), "has power"),
      (MeterDeclaration(name: "plug", kind: .fritz, url: "http://127.0.0.1:1", covers: ["pi1"]), "has power"),
    ]
    for (meter, step) in cases {
      let error = await #expect(throws: HearthError.self) { try await poller.believed(meter) }
      let hint = try #require(error?.hint)
      #expect(hint.contains(step), "\(hint)")
      for word in ["download", "mirror", "proxy", "the command again"] { #expect(!hint.contains(word), "\(hint)") }
    }
  }

  @Test func `What no meter can show is an answer, not a gap`() async throws {
    _ = try await http.get("http://127.0.0.1:\(server.greeting)/set?watts=-47")
    let folder = try TemporaryFolder()
    let store = try UsageStore(path: folder.file("usage.sqlite"))
    let tracker = try Tracker(
      meters: [meter(.shelly2, "shelly2")], http: http, shells: [:], cluster: nil, store: store)
    #expect(try await tracker.sample().dead.count == 1)
    #expect(try store.doubts().map(\.kind) == ["refused"])
    // Nothing answered: nothing is doubted.
    let other = try UsageStore(path: folder.file("other.sqlite"))
    let gap = try Tracker(meters: [meter(.shelly2, "dead")], http: http, shells: [:], cluster: nil, store: other)
    #expect(try await gap.sample().dead.count == 1)
    #expect(try other.doubts().isEmpty)
  }

  @Test func `A dead meter costs only its own reading`() async throws {
    var dead = meter(.shelly2, "dead")
    dead.name = "dead"
    let readings = await poller.read([meter(.shelly2, "shelly2"), dead])
    #expect((try? readings["plug"]?.get().believed()) != nil)
    #expect((try? readings["dead"]?.get().believed()) == nil)
  }

  @Test func `The power chip's rails make watts at the input`() throws {
    // Two rails: 1.5 A at 5 V and 0.66 A at 5 V are 10.8 W; by the fitted line 12.877 W.
    let text = """
      3V3_SYS_A current(1)=1.50000000A
       VDD_CORE_A current(7)=0.65998000A
       3V3_SYS_V volt(9)=5.00000000V
       VDD_CORE_V volt(15)=5.00000000V
       EXT5V_V volt(24)=5.14160000V

      """
    #expect(try PowerChip.power(text, host: "pi5").value.rounded(3) == Decimal(exact: "12.877"))
    for broken in [
      "", "error=1", text.replacing("VDD_CORE_V", with: "VDD_V"), text.replacing("1.50000000A", with: "1.5x0A"),
    ] {
      #expect(throws: HearthError.self) { try PowerChip.power(broken, host: "pi5") }
    }
  }

  @Test func `Two meters may not measure the same`() throws {
    func covering(_ name: String, _ items: String...) -> MeterDeclaration {
      MeterDeclaration(name: name, kind: .shelly2, url: "http://10.0.0.1", covers: items)
    }
    try MeterCoverage.check([covering("a", "pi1", "pi2"), covering("b", "pi3", "switch")])
    for pair in [
      [covering("a", "pi1", "pi2"), covering("b", "pi2")], [covering("a", "all"), covering("b", "pi2")],
      [covering("a", "pi2"), covering("b", "all")],
    ] {
      let error = #expect(throws: HearthError.self) { try MeterCoverage.check(pair) }
      #expect(error?.message.contains("both measure pi2") == true)
    }
  }
}

extension MeterPoller {
  /// What a meter says, if it can be.
  func believed(_ meter: MeterDeclaration) async throws -> MeterReading { try await read(meter).believed() }
}
