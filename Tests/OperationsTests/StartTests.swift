import Diagnostics
import Inventory
import Synchronization
import Testing

@testable import Operations
@testable import Smoke

/// Virtual hosts of values come back.
struct StartTests {
  /// Hosts that are on or off; a second after the last one everything serves.
  private final class FakePower: PowerPort {
    struct State {
      var on: [String] = []
      var failing: String?
      var looks = 0
      var isStopping = false
      var told: [String] = []
      /// Looks at a whole rack until it serves.
      var patience = 3
    }

    let rack: Rack
    private let time: FakeRack
    private let state: Mutex<State>
    private let watch: @Sendable (inout State, String) -> Void

    init(
      isVirtual: Bool = true, _ prepare: (inout State) -> Void = { _ in },
      watch: @escaping @Sendable (inout State, String) -> Void = { _, _ in }
    ) throws {
      var rack = SampleNode.rack(planes: 1, workers: 2)
      rack.nodes.reverse()
      if isVirtual { rack.lab = "rack" }
      self.rack = rack
      time = try FakeRack("start")
      var state = State()
      prepare(&state)
      self.state = Mutex(state)
      self.watch = watch
    }

    var now: State { state.withLock { $0 } }
    func change(_ body: (inout State) -> Void) { state.withLock { body(&$0) } }
    var clock: any Clock<Duration> { time.clock }
    var isStopping: Bool { now.isStopping }
    var seconds: Int { time.now.seconds }

    func switchOn(_ host: String) async throws {
      if now.failing == host { throw HearthError(.local, "no room", subject: Subject(host: host)) }
      state.withLock {
        if !$0.on.contains(host) { $0.on.append(host) }
        watch(&$0, "on \(host)")
      }
    }

    func look() async throws -> ClusterStatus {
      let (on, serves) = state.withLock { state in
        state.looks += 1
        watch(&state, "look")
        return (state.on.count, state.on.count == rack.nodes.count && state.looks >= state.patience)
      }
      let condition = ConditionResult(
        HealthCondition.passive[0], at: Place(rack: rack, node: nil),
        verdict: serves ? .met("") : .failed(expected: "all", seen: "some"), seconds: 0)
      return ClusterStatus(
        cluster: "home", hosts: [], addOns: [], conditions: [condition], warnings: [],
        stages: [Stage(name: "hosts", isReached: on == rack.nodes.count, detail: "\(on) of \(rack.nodes.count) answer")]
      )
    }

    func tell(_ line: String, _ status: ClusterStatus, seconds: Double) throws { change { $0.told.append(line) } }
  }

  private static func start(_ port: FakePower, patience: Duration = .seconds(60)) async -> Result<Bool, HearthErrors> {
    do {
      return .success(try await Start(port).run(patience: patience).healthy)
    } catch let errors as HearthErrors {
      return .failure(errors)
    } catch {
      return .failure(HearthErrors([HearthError(.internalError, "\(error)")]))
    }
  }

  @Test func aDryRunNamesTheOrder() {
    var rack = SampleNode.rack(planes: 1, workers: 2)
    rack.nodes.reverse()
    #expect(Start.preview(rack) == "people switch on pi1 and the others; they would be watched")
    rack.lab = "rack"
    #expect(Start.preview(rack) == "would be switched on, in this order: pi1, pi3, pi2")
  }

  @Test func theControlPlaneComesFirstAndEachNewStageIsToldOnce() async throws {
    let power = try FakePower()
    #expect(await Self.start(power) == .success(true))
    #expect(power.now.on == ["pi1", "pi3", "pi2"])
    #expect(power.now.told == ["all stages reached; conditions settle", "everything is up"])
  }

  @Test func realHostsAreOnlyWatched() async throws {
    let power = try FakePower(isVirtual: false)
    #expect(Start.steps(power.rack) == [])
    #expect(await Self.start(power, patience: .seconds(5)) == .success(false))
    #expect(power.now.on == [] && power.now.told == ["hosts: 0 of 3 answer"] && power.seconds == 5)
  }

  @Test func aHostThatCannotBeSwitchedOnEndsIt() async throws {
    let power = try FakePower { $0.failing = "pi3" }
    let result = await Self.start(power)
    #expect(result == .failure(HearthErrors([HearthError(.local, "no room", subject: Subject(host: "pi3"))])))
    #expect(power.now.on == ["pi1"] && power.now.looks == 0)
    power.change { $0.failing = nil }
    #expect(await Self.start(power) == .success(true))
  }

  @Test(arguments: ["on pi1", "on pi3", "on pi2", "look"])
  func interruptedAnywhereItSaysHowToGoOnAndDoes(after entry: String) async throws {
    let power = try FakePower(watch: { state, last in if last == entry { state.isStopping = true } })
    let task = Task { await Self.start(power) }
    // As a first interrupt does.
    while !power.isStopping { await Task.yield() }
    task.cancel()
    guard case .failure(let errors) = await task.value else {
      Issue.record("it went on")
      return
    }
    #expect(errors.errors.map(\.code) == [.cancelled] && errors.errors.allSatisfy { $0.hint != nil })
    let next = try FakePower { $0.on = power.now.on }
    #expect(await Self.start(next) == .success(true))
    #expect(Set(next.now.on) == ["pi1", "pi2", "pi3"])
  }
}
