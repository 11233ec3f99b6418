import Foundation
import TestSupport
import Testing

/// What `scripts/package` makes, and the way of the tutorial that begins with it.
@Suite struct PackageTests {
  private static let scripts = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appending(path: "../../scripts").path

  /// A package of a program that needs nothing of Swift; `scripts/test` makes it.
  static let package = ProcessInfo.processInfo.environment["HEARTH_PACKAGE"].flatMap { $0.isEmpty ? nil : $0 }

  private let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder("hearth-package") }

  @Test(
    "the same program gives the same package, byte for byte, with all that belongs in it",
    .enabled(if: package != nil, "HEARTH_PACKAGE names no package"))
  func reproducible() throws {
    let first = URL(fileURLWithPath: try #require(Self.package)).deletingLastPathComponent()
    try FileManager.default.createSymbolicLink(
      at: URL(fileURLWithPath: folder.file("first")), withDestinationURL: first)
    try Command.run([
      "env", "HEARTH_PROGRAM=\(HearthProgram.path)", "\(Self.scripts)/package", folder.file("second"),
    ])
    let sums = try folder.shell("cat first/SHA256SUMS; cd second && sha256sum --check --quiet ../first/SHA256SUMS 2>&1")
    #expect(sums.split(separator: "\n").count == 3, "\(sums)")

    let list = try folder.shell("dpkg-deb -c first/hearth_*.deb")
    for name in [
      "usr/bin/hearth", "usr/lib/hearth/artifacts.lock.yaml", "usr/lib/hearth/wasm-runc/linux/amd64/wasm-runc",
      "usr/lib/hearth/wasm-runc/linux/arm64/wasm-runc", "usr/share/man/man1/hearth.1.gz",
      "usr/share/man/man1/hearth-node.1.gz", "usr/share/bash-completion/completions/hearth",
      "usr/share/zsh/vendor-completions/_hearth", "usr/share/fish/vendor_completions.d/hearth.fish",
      "usr/share/doc/hearth/copyright", "usr/share/doc/hearth/changelog.gz", "usr/share/hearth/examples/web.wasm",
    ] {
      #expect((list + "\n").contains("./\(name)\n"), "\(name) is missing")
    }
    let lines = list.split(separator: "\n")
    #expect(lines.allSatisfy { $0.contains("root/root") })
    #expect(Set(lines.map { $0.split(separator: " ", omittingEmptySubsequences: true)[3...4] }).count == 1, "two dates")
    try folder.shell(
      "mkdir out && dpkg-deb -x first/hearth_*.deb out && cd out/usr/lib/hearth && "
        + "awk '/path:/ { path = $2 } /sha256:/ { print $2 \"  \" path }' artifacts.lock.yaml | sha256sum --check --quiet"
    )
  }

  @Test("its manual pages are read without a warning, and name every option")
  func manual() throws {
    let help = try Command.run([HearthProgram.path, "--experimental-dump-help"])
    try folder.write("help.json", Data(help.utf8))
    try folder.shell("mkdir pages && '\(Self.scripts)/make-manual' help.json 1.0 pages")
    let node = try folder.shell("groff -K utf8 -man -Tutf8 -ww pages/hearth-node.1 2>&1 | col -b")
    #expect(!node.contains("warning"), "\(node.prefix(500))")
    #expect(node.contains("hearth node drain") && node.contains("--drain-timeout"))
    let pages = try folder.shell("ls pages").split(separator: "\n")
    #expect(pages.contains("hearth.1") && pages.contains("hearth-up.1") && pages.count > 20)
  }

  @Test(
    "it installs on a bare Debian without Swift, and knows hosts of both architectures",
    .enabled(if: package != nil && EndToEnd.isPossible, "HEARTH_PACKAGE names no package"),
    arguments: ["bookworm", "trixie"])
  func installs(suite: String) throws {
    let said = try Command.run(["\(Self.scripts)/try-install", try #require(Self.package), suite])
    #expect(
      said.contains("wasm-runc") && said.contains("verified") && said.contains("installed on \(suite)"), "\(said)")
  }

  @Test(
    "the way of docs/start/four-pis.md leads to two URLs that answer",
    .enabled(if: package != nil && EndToEnd.isPossible, "HEARTH_PACKAGE names no package"))
  func tutorial() throws {
    let package = try #require(Self.package)
    let lab = "e2e-\(UUID().uuidString.prefix(6).lowercased())"
    let said = try Command.run([
      "env", "HEARTH=\(HearthProgram.path)", "HEARTH_LAB=\(lab)", "\(Self.scripts)/try-tutorial", package,
    ])
    print(said)
    #expect(said.contains("all expectations were met"))
  }
}
