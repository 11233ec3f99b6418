import Artifacts
import Diagnostics
import Foundation
import PKI
import Provision
import Testing

@testable import Bootstrap

struct RestoreTests {
  @Test(
    arguments: [
      (100, 100, "Nothing was written after that."), (100, 99, "Nothing was written after that."),
      (100, 101, "1 change that were written after that are lost."),
      (100, 350, "250 changes that were written after that are lost."),
      (100, nil, "What was written after that is lost; how much cannot be told, since no etcd answers."),
    ] as [(Int, Int?, String)])
  func saysWhatIsLost(backup: Int, living: Int?, text: String) {
    #expect(RestoreLoss(backup: backup, living: living).text == text)
  }

  @Test(
    arguments: [
      ("Removed x\nsurvived 1764000000 4711\n", 4711), ("survived 1764000000 4711", 4711), ("survived", nil),
      ("survived x y", nil), ("", nil),
    ] as [(String, Int?)])
  func readsTheSurvivorsWords(output: String, revision: Int?) {
    let report = Survivor.Report(host: "pi1", output: output)
    #expect(report?.revision == revision)
    if let report { #expect(report.text.contains("2025-11-24T16:00:00Z, revision 4711")) }
  }

  @Test func aRestoreIsDoneOncePerHost() throws {
    let rack = SampleRack.boardsNew
    let authority = try Authority.create(cluster: "home")
    let archive = BackupArchive(
      manifest: BackupManifest(
        format: 1, cluster: "home", host: "pi1", created: "", kubernetes: "v1.36.2", revision: 1, snapshotSHA256: "s"),
      authority: authority, snapshot: .init(path: "/s", sha256: "s", bytes: 1), records: [:], inventory: nil)
    let phases = try rack.bootstrap().restorePhases(id: "abc", archive)
    #expect(phases.map(\.name) == ["stop", "restore"])
    #expect(Set(phases[0].resources.keys) == ["pi1", "pi2", "pi3", "pi4", "pi5"])
    #expect(Set(phases[1].resources.keys) == ["pi1", "pi2", "pi3"])
    guard case .custom(let restore) = phases[1].resources["pi2"]?.last else { throw CocoaError(.featureUnsupported) }
    #expect(restore.judge(1, []).count == 1)
    #expect(restore.judge(0, Array("other\n".utf8)).count == 1)
    #expect(restore.judge(0, Array("abc\n".utf8)).isEmpty)
    let program = try restore.program().script
    #expect(program.contains("--initial-cluster='pi1=https://10.77.0.11:2380,pi2=https://10.77.0.12:2380,"))
    #expect(program.contains("'--bump-revision=1000000000' --mark-compacted"))
  }

  @Test func theCardHoldsWhatIsNeededAndPassphrasesAreReadable() throws {
    let authority = try Authority.create(cluster: "home")
    let passphrase = RecoveryCard.newPassphrase()
    let text = try RecoveryCard(rack: SampleRack.boardsNew.rack, authority: authority, passphrase: passphrase).text()
    #expect(text.contains(passphrase.reveal()))
    #expect(text.contains("pi@10.77.0.13"))
    #expect(!text.contains("PRIVATE KEY"))
    let shown = try authority.cluster.shownFingerprint
    #expect(text.contains(shown.prefix(47)) && text.contains(shown.suffix(47)))
    #expect(passphrase.reveal().wholeMatch(of: /([a-km-z2-9]{5}-){4}[a-km-z2-9]{5}/) != nil)
  }
}
