import Artifacts
import Inventory
import PKI
import Provision
import Templates
import Testing

@testable import Bootstrap

/// Whom CoreDNS asks, by what the hosts' files name.
struct NameForwardingTests {
  private func host(_ resolvers: [String], resolved: [String] = []) -> Facts {
    var facts = Facts()
    facts.resolvers = resolvers
    facts.resolvedUpstreams = resolved
    return facts
  }

  @Test func `Hosts that name real servers are followed`() {
    #expect(NameForwarding([host(["192.168.1.1"]), host(["192.168.1.1", "9.9.9.9"])]) == .ofNode)
  }

  @Test func `systemd-resolved's stub stands for the servers behind it`() {
    let stub = host(["127.0.0.53"], resolved: ["192.168.1.1"])
    #expect(stub.upstreamResolverFile == "/run/systemd/resolve/resolv.conf")
    #expect(NameForwarding([stub]) == .ofNode)
    #expect(host(["192.168.1.1"], resolved: ["9.9.9.9"]).upstreamResolverFile == nil)
  }

  @Test(arguments: [["127.0.0.53"], ["127.0.0.1"], ["::1"], ["0.0.0.0"], ["fe80::1%eth0"], [], ["not an address"]])
  func `A name server that no pod reaches is none`(_ resolvers: [String]) {
    #expect(NameForwarding([host(resolvers)]) == .none)
    #expect(NameForwarding([host(resolvers), host(["192.168.1.1"])]) == .addresses(["192.168.1.1"]))
  }

  @Test func `A local server beside a real one makes pods ask the real one only`() {
    #expect(
      NameForwarding([host(["127.0.0.1", "192.168.1.1", "2001:db8::1"])]) == .addresses(["192.168.1.1", "2001:db8::1"]))
  }

  @Test func `A stub without anybody behind it is nobody`() {
    #expect(NameForwarding([host(["127.0.0.53"], resolved: ["127.0.0.1"])]) == .none)
    #expect(NameForwarding([]) == .none)
  }

  @Test func `CoreDNS takes fifteen at most, each once`() {
    let many = (1...20).map { "10.0.0.\($0)" }
    #expect(NameForwarding([host(["127.0.0.1"] + many + many)]) == .addresses(Array(many.prefix(15))))
  }

  private func corefile(_ forwarding: NameForwarding) throws -> String {
    let sample = SampleRack.boardsNew
    var objects = try sample.objects(try Authority.create(cluster: "home"))
    objects.forwarding = forwarding
    return try #require(
      objects.documents().first { $0["kind"].string == "ConfigMap" && $0["data"]["Corefile"].string != nil }?["data"][
        "Corefile"
      ].string)
  }

  @Test func `The Corefile forwards to them, or answers that there is no such name`() throws {
    #expect(try corefile(.ofNode).contains("  forward . /etc/resolv.conf\n"))
    #expect(try corefile(.addresses(["10.0.0.1", "2001:db8::1"])).contains("  forward . 10.0.0.1 2001:db8::1\n"))
    let alone = try corefile(.none)
    #expect(!alone.contains("forward ."))
    // CoreDNS asks its plugins in an order of its own: `template` in the cluster's block would answer for the cluster.
    let blocks = alone.split(separator: "cluster.local:53 in-addr.arpa:53 ip6.arpa:53 {\n")
    #expect(blocks.count == 2)
    #expect(blocks.first?.contains("  template ANY ANY . {\n    rcode NXDOMAIN\n  }\n}\n") == true)
    #expect(
      blocks.last?.contains("template ANY") == false && blocks.last?.contains("  kubernetes cluster.local") == true)
    #expect(NameForwarding.none.note != nil && NameForwarding.ofNode.note == nil)
  }

  @Test func `An image of one architecture keeps to nodes of it`() throws {
    var objects = try SampleRack.boardsNew.objects(try Authority.create(cluster: "home"))
    func selector() throws -> JSONValue? {
      try objects.documents().first { $0["kind"].string == "Deployment" }?["spec"]["template"]["spec"]["nodeSelector"]
    }
    #expect(try selector()?["kubernetes.io/arch"].string == nil)
    objects.dnsArchitecture = .amd64
    #expect(try selector()?["kubernetes.io/arch"].string == "amd64")
  }
}
