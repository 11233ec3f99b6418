import Inventory
import Provision
import Testing

@testable import Metering

/// What `hearth cost track --install` wants of a host, and `--uninstall`.
struct SamplerPhaseTests {
  private func ids(_ phase: Phase) -> [String] { (phase.resources["pi1"] ?? []).map(\.id) }

  @Test func `The sampler is a plan, and its removal takes back what it wrote`() throws {
    let phase = try Sampler(seconds: 120).phase(on: "pi1", meters: [])
    let resources = try #require(phase.resources["pi1"])
    var written: Set<String> = []
    for case .file(let file) in resources { written.insert(file.path) }
    #expect(written.count == 4)
    guard case .unit(let timer) = resources.last else {
      Issue.record("the timer comes last")
      return
    }
    #expect(written.isSuperset(of: timer.restartOn))
    #expect(timer.enabled)
    let removal = Sampler.removal(from: "pi1")
    #expect(Set(ids(removal)) == Set(written.map { "absent \($0)" } + ["unit hearth-sampler.timer"]))
    #expect(ids(removal).first == "unit hearth-sampler.timer")
  }

  @Test func `Its timer keeps the seconds that were asked for`() throws {
    let resources = try Sampler(seconds: 120).phase(on: "pi1", meters: []).resources["pi1"] ?? []
    let texts = resources.compactMap { resource in
      if case .file(let file) = resource, file.path.hasSuffix(".timer") {
        String(decoding: file.content, as: UTF8.self)
      } else {
        nil as String?
      }
    }
    #expect(texts.first?.contains("OnUnitActiveSec=120s") == true)
  }
}
