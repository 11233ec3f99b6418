import Diagnostics
import Testing

@testable import Bootstrap

/// What apt offers, and what of it may be taken.
struct PackageOfferTests {
  @Test func onlyWhatDiffersAndIsInstalledIsAnOffer() {
    let output = """
      etcd-server:
        Installed: 3.4.23-4+b4
        Candidate: 3.5.16-4
        Version table:
           3.5.16-4 990
              100 http://mirror.example.org/debian trixie/main amd64 Packages
       *** 3.4.23-4+b4 500
              500 http://mirror.example.org/debian bookworm/main amd64 Packages
              100 /var/lib/dpkg/status
      runc:
        Installed: 1.1.5+ds1-1+deb12u1
        Candidate: 1.1.5+ds1-1+deb12u1
        Version table:
      etcd-client:
        Installed: (none)
        Candidate: 3.5.16-4
      containerd:
        Installed: 1.6.20~ds1-1+deb12u3
        Candidate: (none)
      """
    let read = PackageOffers(host: "pi1", output: output)
    #expect(
      read.offers == [
        PackageOffer(host: "pi1", name: "etcd-server", installed: "3.4.23-4+b4", candidate: "3.5.16-4")
      ])
    #expect(read.staleness == nil)
    #expect(
      read.candidates == ["etcd-server": "3.5.16-4", "runc": "1.1.5+ds1-1+deb12u1", "etcd-client": "3.5.16-4"])
  }

  @Test func listsThatCouldNotBeReadAreTold() {
    let read = PackageOffers(
      host: "pi1",
      output: "lists-are-old Could not resolve 'mirror.example.org'\nrunc:\n  Installed: 1\n  Candidate: 2\n")
    #expect(read.staleness == "Could not resolve 'mirror.example.org'")
    #expect(read.offers.count == 1)
  }

  @Test(
    "an older etcd is refused before it joins, by what the host has or else would get",
    arguments: [
      (nil, "3.4.23-4+b4", ["3.5.16-4"], "apt would install etcd-server 3.4.23-4+b4"),
      ("3.4.23-4+b4", "3.5.16-4", ["3.5.16-4"], "this host has etcd-server 3.4.23-4+b4"),
      (nil, "3.5.16-4", ["3.5.16-4"], nil), (nil, "3.5.16-4", ["3.4.23-4"], nil), (nil, "3.4.23-4", ["3.4.30-1"], nil),
      // Amid an upgrade the cluster is as old as its oldest member.
      (nil, "3.4.23-4", ["3.5.16-4", "3.4.23-4"], nil), (nil, nil, ["3.5.16-4"], nil), (nil, "3.4.23-4", [], nil),
    ] as [(String?, String?, [String], String?)])
  func joining(_ installed: String?, _ candidate: String?, _ members: [String], _ words: String?) {
    let error = KubernetesRelease.objection(
      joining: "pi3", installed: installed, candidate: candidate, members: members)
    #expect(error?.message.hasPrefix(words ?? "") == words.map { _ in true })
    #expect(error?.subject.host == words.map { _ in "pi3" })
  }

  struct Case: Sendable, CustomStringConvertible {
    var name: String
    var from: String
    var to: String
    /// Words of the objection; nil where there is none.
    var objection: String?
    var description: String { "\(name) \(from) → \(to)" }
  }

  static let cases: [Case] = [
    Case(name: "etcd-server", from: "3.4.23-4+b4", to: "3.4.30-1", objection: nil),
    Case(name: "etcd-server", from: "3.4.23-4+b4", to: "3.5.16-4", objection: nil),
    Case(name: "etcd-server", from: "3.5.16-4", to: "3.4.23-4+b4", objection: "cannot go back a minor version"),
    Case(name: "etcd-server", from: "3.3.25-1", to: "3.5.16-4", objection: "one minor version at a time"),
    Case(name: "etcd-client", from: "3.4.23-4+b4", to: "3.6.1-1", objection: "does not go with Kubernetes 1.20"),
    Case(name: "containerd", from: "1.6.20~ds1-1+deb12u3", to: "1.7.24~ds1-6+deb13u1", objection: nil),
    Case(name: "containerd", from: "1.7.24~ds1-6+deb13u1", to: "1.6.20~ds1-1+deb12u3", objection: nil),
    Case(name: "containerd", from: "1.7.24~ds1-6", to: "2.1.4~ds2-1", objection: "does not go with Kubernetes 1.20"),
  ]

  @Test(arguments: cases) func whatMayBeTaken(_ sample: Case) throws {
    let release = try #require(KubernetesRelease.table.first { $0.minor == 20 })
    let offer = PackageOffer(host: "pi1", name: sample.name, installed: sample.from, candidate: sample.to)
    let errors = release.objections(to: [offer])
    #expect(errors.count == (sample.objection == nil ? 0 : 1), "\(errors.map(\.message))")
    #expect(errors.first?.message.contains(sample.objection ?? "") != false)
    #expect(errors.allSatisfy { $0.subject.host == "pi1" && $0.hint != nil })
  }

  @Test func aHostWithAPackageThatKubernetesDoesNotRunOnIsNamed() throws {
    let release = try #require(KubernetesRelease.table.first { $0.minor == 20 })
    let errors = release.objections(
      toInstalled: ["containerd": "1.6.20~ds1-1", "etcd-server": "3.6.1-1", "haproxy": "9"], on: "pi2")
    #expect(
      errors.map(\.message) == [
        "etcd-server 3.6.1-1 does not go with Kubernetes 1.20: that needs 3.4 or later, before 3.6"
      ])
    let newer = try #require(KubernetesRelease.table.first { $0.minor == 36 })
    #expect(newer.objections(toInstalled: ["containerd": "1.6.20~ds1-1"], on: "pi2").isEmpty)
  }

  @Test func offersAreToldOnceForAllHosts() {
    let offers = ["pi1", "pi2"].map { PackageOffer(host: $0, name: "runc", installed: "1", candidate: "2") }
    #expect(PackageOffer.summary(offers, of: ["pi1", "pi2"]) == ["runc 1 → 2 on all hosts"])
    #expect(PackageOffer.summary(offers, of: ["pi1", "pi2", "pi3"]) == ["runc 1 → 2 on pi1, pi2"])
  }
}
