import Artifacts
import Diagnostics
import HTTP
import Testing

@Suite struct ArtifactLockTests {
  let hash = String(repeating: "0a", count: 32)

  @Test func `What is written reads back the same`() throws {
    let checksum = try #require(Checksum(.sha256, hex: hash))
    let long = try #require(Checksum(.sha512, hex: hash + hash))
    let lock = ArtifactLock(
      files: [
        LockedFile(name: "runc", version: "v1.4.0", architecture: .arm64, path: "a/runc.arm64", checksum: checksum),
        LockedFile(name: "server", version: "v1.36.2", architecture: .amd64, path: "b/s.tar.gz", checksum: long),
      ],
      images: [
        LockedImage(name: "dns", architecture: .amd64, reference: "r.io/dns:1", place: .registry(digest: checksum)),
        LockedImage(
          name: "pause", architecture: .amd64, reference: "r.io/pause:1",
          place: .archive(path: "images/pause.tar", checksum: checksum)),
      ])
    #expect(try ArtifactLock(yaml: lock.yaml(), file: "test") == lock)
  }

  @Test(arguments: ["/etc/passwd", "../x", "a//b", "a/./b", ""])
  func `A path that leaves the source is refused`(path: String) {
    let yaml = "version: 1\nfiles:\n- {name: x, version: v1, arch: arm64, path: '\(path)', sha256: \(hash)}\n"
    let error = #expect(throws: HearthError.self) { try ArtifactLock(yaml: yaml, file: "test") }
    #expect(error?.message.contains("relative path") == true)
  }

  @Test(arguments: ["sha256: 12", "sha256: zz", "note: none"])
  func `An entry without a whole hash is refused`(hash: String) {
    let yaml = "version: 1\nfiles:\n- {name: x, version: v1, arch: arm64, path: a/b, \(hash)}\n"
    let error = #expect(throws: HearthError.self) { try ArtifactLock(yaml: yaml, file: "my.lock.yaml") }
    #expect(error?.subject.file == "my.lock.yaml")
    #expect(error?.message.contains("a/b") == true)
  }

  @Test func `A second lock file may add but not change`() throws {
    let first = "version: 1\nfiles:\n- {name: x, version: v1, arch: arm64, path: a/b, sha256: \(hash)}\n"
    var lock = try ArtifactLock(yaml: first, file: "first")
    try lock.extend(by: ArtifactLock(yaml: first.replacing("a/b", with: "a/c"), file: "second"), from: "second")
    #expect(lock.files.keys.sorted() == ["a/b", "a/c"])
    let other = try ArtifactLock(yaml: first.replacing("0a", with: "0b"), file: "third")
    let error = #expect(throws: HearthError.self) { try lock.extend(by: other, from: "third") }
    #expect(error?.message == "two lock files disagree about a/b")
  }

  @Test func `The lock file that is part of hearth reads`() throws {
    _ = try ArtifactLock.embedded()
  }
}
