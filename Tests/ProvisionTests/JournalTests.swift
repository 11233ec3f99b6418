import Diagnostics
import Foundation
import Testing

@testable import Provision

@Suite struct JournalTests {
  @Test func remembersRunsAndTheirSteps() throws {
    let folder = NSTemporaryDirectory() + "hearth-journal-\(UInt64.random(in: 0 ... .max))"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = Journal.path(rack: "home", environment: ["XDG_STATE_HOME": folder])
    #expect(path.hasPrefix("\(folder)/hearth/") && path.hasSuffix("/home/journal.sqlite"))
    let journal = try Journal(path: path, runID: "r1")
    journal.emit(.runStarted(command: "up", rack: "home", hosts: ["pi1", "pi2"]))
    journal.emit(.stepStarted(host: "pi1", phase: "p", step: "a"))
    journal.emit(.stepEnded(host: "pi1", phase: "p", step: "a", outcome: .changed, seconds: 1.5, detail: nil))
    journal.emit(.stepStarted(host: "pi1", phase: "p", step: "b"))
    journal.flush()

    // As after a kill: another process opens what is there.
    let later = try Journal(path: path, runID: "r2")
    let run = try #require(try later.recent().first)
    #expect(run.id == "r1" && run.hosts == ["pi1", "pi2"] && run.result == nil)
    let steps = try later.steps(ofRun: "r1")
    #expect(steps.map(\.outcome) == ["changed", nil])
    #expect(steps.map(\.seconds) == [1.5, nil])

    journal.emit(.summary(Summary(command: "up", result: .done, changed: 1)))
    journal.flush()
    #expect(try later.recent().first?.result == "done")
    let home = URL(fileURLWithPath: path).deletingLastPathComponent().path
    for file in try FileManager.default.contentsOfDirectory(atPath: home) {
      let rights = try FileManager.default.attributesOfItem(atPath: "\(home)/\(file)")[.posixPermissions]
      #expect(rights as? Int == 0o600, "\(file)")
    }
  }

  @Test func saysWhatIsWrongWithADamagedFile() throws {
    let path = NSTemporaryDirectory() + "hearth-journal-\(UInt64.random(in: 0 ... .max))/journal.sqlite"
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(repeating: 7, count: 5000).write(to: URL(fileURLWithPath: path))
    #expect(throws: HearthError.self) { try Journal(path: path, runID: "r") }
  }
}
