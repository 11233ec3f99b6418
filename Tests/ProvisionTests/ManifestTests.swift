import Testing

@testable import Provision

@Suite struct ManifestTests {
  @Test func theLastLineCounts() {
    let manifest = Manifest(
      """
      file\t/etc/a\taa\t1\tr1
      package\tjq\t-\t2\tr1
      directory\t/srv/x\t-\t3\tr1
      file\t/etc/a\tbb\t4\tr2
      half a li
      absent\t/srv/x\t-\t5\tr2
      """)
    #expect(manifest.entries.map(\.name) == ["/etc/a", "jq"])
    #expect(manifest.entries.first?.sha256 == "bb")
    #expect(manifest.entries.map(\.run) == ["r2", "r1"])
  }
}
