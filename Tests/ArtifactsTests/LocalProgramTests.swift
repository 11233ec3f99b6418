import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Artifacts

struct LocalProgramTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var program: String
    var arguments: [String]
    /// What a person is told to try.
    var command: String
  }

  /// Only a program that is missing is to be installed.
  @Test(arguments: [
    Case(testDescription: "missing", program: "hearth-none", arguments: [], command: "command -v hearth-none"),
    Case(testDescription: "fails", program: "false", arguments: [], command: "false"),
    Case(
      testDescription: "says more than anybody reads", program: "dd",
      arguments: ["if=/dev/zero", "of=/dev/stderr", "bs=70000", "count=1"],
      command: "dd 'if=/dev/zero' 'of=/dev/stderr' 'bs=70000' 'count=1'"),
  ])
  func aProgramThatDoesNotEndWell(_ sample: Case) async {
    do throws(HearthError) {
      try await LocalProgram.run(sample.program, sample.arguments)
      Issue.record("no error")
    } catch {
      #expect(error.code == .local)
      #expect(error.command == sample.command)
    }
  }

  @Test func anArchiveThatCannotBeMadeLeavesNothing() async throws {
    let folder = try TemporaryFolder("hearth-archive")
    // There are no blobs, so tar fails behind the first files.
    let image = Descriptor(mediaType: "application/vnd.oci.image.manifest.v1+json", digest: "sha256:00", size: 1)
    try FileManager.default.createDirectory(atPath: folder.file("stage"), withIntermediateDirectories: true)
    await #expect(throws: HearthError.self) {
      try await OCILayoutWriter(folder: folder.file("stage")).finish(
        image, reference: "a/b:1", to: folder.file("image.tar"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["stage"])
  }
}
