import Diagnostics
import Inventory
import Testing
import Units

struct ReleaseTableTests {
  let table = ReleaseTable.embedded

  @Test func `The table names every part for every release, with usual versions in their ranges`() throws {
    #expect(table.releases.map(\.minor) == [20, 34, 35, 36, 37])
    for release in table.releases {
      #expect(Set(release.parts.keys) == Set(ReleaseTable.Part.allCases), "1.\(release.minor)")
      for (part, choice) in release.parts {
        let isOfDebian = release.source == .debian && part.isPackaged
        #expect((choice.usual == nil) == isOfDebian, "1.\(release.minor) \(part)")
        if let usual = choice.usual { #expect(choice.range.contains(usual), "1.\(release.minor) \(part)") }
      }
      if let containerd = release.parts[.containerd]?.usual {
        #expect(table.series(ofContainerd: containerd) != nil, "1.\(release.minor): an end is known")
      }
    }
  }

  @Test func `What is installed by default is a release for new racks`() throws {
    #expect(table.release(of: table.current)?.takesNewRacks == true)
    #expect(table[34]?.takesNewRacks == false)
    #expect(table.release(of: KubernetesVersion(1, 33, 0)) == nil)
    #expect(table.release(of: KubernetesVersion(2, 36, 0)) == nil)
    #expect(KubernetesVersion.supportedList == "1.20, 1.35, 1.36, 1.37")
  }

  @Test func `1.37 takes etcd 3.7, and 3.6 where the inventory says so`() throws {
    let release = try #require(table[37])
    #expect(PartVersions().version(of: .etcd, with: release) == "3.7.0")
    #expect(PartVersions([.etcd: "3.6.14"]).version(of: .etcd, with: release) == "3.6.14")
    let range = try #require(release.parts[.etcd]?.range)
    #expect(range.contains("3.6.0") && range.contains("3.7.9") && !range.contains("3.5.30") && !range.contains("3.8.0"))
    #expect(table[36]?.parts[.etcd]?.range.contains("3.7.0") == false)
  }

  @Test(arguments: [
    ("2027-03-29", nil), ("2027-03-30", "Kubernetes 1.36 gets no updates after 2027-06-28, in 90 days"),
    ("2027-06-27", "Kubernetes 1.36 gets no updates after 2027-06-28, in 1 day"),
    ("2027-06-28", "Kubernetes 1.36 gets no updates after today"),
    ("2027-06-29", "Kubernetes 1.36 gets no updates since 2027-06-28"),
  ])
  func `The end of a release is told ninety days before`(_ day: String, _ text: String?) throws {
    let today = try #require(Day(day))
    let notice = table.notice(ofKubernetes: KubernetesVersion(1, 36, 3), on: today)
    #expect(notice?.text == text)
    if let notice { #expect(notice.wayOn == "set `cluster.kubernetes` to v1.37.2 and run `hearth upgrade`") }
  }

  @Test func `The end of containerd depends on what the inventory chose`() throws {
    let today = try #require(Day("2026-11-30"))
    var cluster = Cluster(name: "home", kubernetes: KubernetesVersion(1, 36, 3))
    #expect(table.notices(of: cluster, on: today).isEmpty)
    cluster.versions[.containerd] = "2.2.7"
    let notice = try #require(table.notices(of: cluster, on: today).first)
    #expect(notice.subject == "containerd 2.2" && notice.daysLeft == 0)
    #expect(notice.wayOn.contains("2.3.4"))
    cluster.kubernetes = KubernetesVersion(1, 20, 2)
    cluster.versions = PartVersions()
    #expect(
      table.notices(of: cluster, on: today).map(\.subject) == ["Kubernetes 1.20"], "Debian looks after containerd")
  }

  @Test func `Debian's end is known, and a system that is none is not judged`() throws {
    let today = try #require(Day("2028-06-01"))
    #expect(table.notice(ofDebian: 12, on: today)?.daysLeft == 29)
    #expect(table.notice(ofDebian: 13, on: today) == nil)
    #expect(table.notice(ofDebian: 99, on: today) == nil)
  }

  @Test(arguments: [
    "version: 2", "version: 1\ncurrent: x\nparts: {}\nkubernetes: []\ncontainerd: []\ndebian: []",
    "version: 1\ncurrent: v1.36.3\nparts: {tcd: {from: '1', before: '2'}}\nkubernetes: []\ncontainerd: []\ndebian: []",
    "version: 1\ncurrent: v1.36.3\nparts: {etcd: {usual: 3.0.0, from: '1', before: '2'}}\nkubernetes: []\ncontainerd: []\n"
      + "debian: []",
  ])
  func `A broken table is refused`(_ text: String) {
    #expect(throws: HearthError.self) { try ReleaseTable(yaml: text) }
  }
}
