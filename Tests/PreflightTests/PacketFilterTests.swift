import Foundation
import Inventory
import Preflight
import Provision
import Testing

/// What real rule sets let in, as `iptables-save` and `nft list table` print them.
@Suite("Firewalls as they are printed")
struct PacketFilterTests {
  /// One firewall of the host at 192.168.1.11, and the TCP ports at which 192.168.1.12 gets no answer.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var section = "iptables"
    var rules: String
    var closed: [UInt16]
  }

  static let ports: [UInt16] = [2379, 2380, 6443, 10250]

  static let cases = [
    Case(testDescription: "no rules", rules: ":INPUT ACCEPT [0:0]", closed: []),
    Case(testDescription: "policy drop", rules: ":INPUT DROP [0:0]", closed: ports),
    Case(
      testDescription: "ufw, only SSH",
      rules: """
        :INPUT DROP [12:720]
        -A INPUT -j ufw-before-logging-input
        -A INPUT -j ufw-before-input
        -A INPUT -j ufw-after-input
        -A INPUT -j ufw-reject-input
        -A ufw-before-input -i lo -j ACCEPT
        -A ufw-before-input -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT
        -A ufw-before-input -m conntrack --ctstate INVALID -j ufw-logging-deny
        -A ufw-before-input -p icmp -m icmp --icmp-type 8 -j ACCEPT
        -A ufw-before-input -j ufw-not-local
        -A ufw-before-input -j ufw-user-input
        -A ufw-not-local -m addrtype --dst-type LOCAL -j RETURN
        -A ufw-not-local -j DROP
        -A ufw-user-input -p tcp -m tcp --dport 22 -j ACCEPT
        """, closed: ports),
    Case(
      testDescription: "ufw with the ports of a cluster",
      rules: """
        :INPUT DROP [0:0]
        -A INPUT -j ufw-user-input
        -A ufw-user-input -s 192.168.1.0/24 -p tcp -m multiport --dports 2379:2380,10250 -j ACCEPT
        -A ufw-user-input -p tcp -m tcp --dport 6443 -m comment --comment "the \\"API\\" server" -j ACCEPT
        """, closed: []),
    Case(
      testDescription: "the whole LAN, then a reject at the end",
      rules: """
        :INPUT ACCEPT [0:0]
        -A INPUT -s 192.168.0.0/16 -i eth0 -j ACCEPT
        -A INPUT -j REJECT --reject-with icmp-port-unreachable
        """, closed: []),
    Case(
      testDescription: "another LAN",
      rules: ":INPUT ACCEPT [0:0]\n-A INPUT -s 192.168.2.0/24 -j ACCEPT\n-A INPUT -j REJECT", closed: ports),
    Case(
      testDescription: "one port shut", rules: ":INPUT ACCEPT [0:0]\n-A INPUT -p tcp -m tcp --dport 10250 -j DROP",
      closed: [10250]),
    Case(
      testDescription: "only what belongs to known connections",
      rules: ":INPUT DROP [0:0]\n-A INPUT -m state --state RELATED,ESTABLISHED -j ACCEPT", closed: ports),
    Case(
      testDescription: "nftables of Debian's wiki", section: "nft-rules",
      rules: """
        table inet filter {
        \tchain input {
        \t\ttype filter hook input priority 0; policy drop;
        \t\tiifname "lo" accept
        \t\tct state established,related accept
        \t\ttcp dport { 22, 80 } ct state new accept
        \t\tcounter packets 12 bytes 720
        \t}
        }
        """, closed: ports),
    Case(
      testDescription: "nftables with sets and jumps", section: "nft-rules",
      rules: """
        table inet home {
        \tchain lan {
        \t\ttcp dport { 2379-2380, 6443 } accept
        \t}
        \tchain input {
        \t\ttype filter hook input priority filter; policy drop;
        \t\tip saddr { 192.168.1.0/24, 10.0.0.0/8 } jump lan
        \t}
        }
        """, closed: [10250]),
  ]

  @Test("Ports that other nodes do not reach", arguments: cases)
  func closed(_ one: Case) throws {
    var text = String(decoding: try Fixture.raspiOS12.output, as: UTF8.self)
    text = text.replacingOccurrences(
      of: "@hearth-facts end", with: "@section \(one.section)\n\(one.rules)\n@hearth-facts end")
    let facts = try FactsProgram.decode(Array(text.utf8))
    let source = try #require(IPv4Address("192.168.1.12"))
    let found = Self.ports.filter { port in
      !facts.firewall.inputs.allSatisfy {
        $0.accepts(.init(source: source, interface: "eth0", transport: "tcp", port: port))
      }
    }
    #expect(found == one.closed)
  }

  @Test("The remedy names the ports, the nodes' network and the pods'")
  func remedy() throws {
    let rack = TestRack.make(3)
    var facts = TestRack.healthy(rack)
    facts["pi1"]?.packages["ufw"] = "0.36.2"
    facts["pi1"]?.firewall.inputs = [
      PacketFilter(name: "iptables INPUT", entry: "INPUT", acceptsByDefault: false, chains: ["ufw-user-input": []])
    ]
    let found = try #require(Check.problems(rack: rack, facts: facts).first { $0.rule == .inputDropped })
    #expect(found.isBlocking && found.detail.contains("TCP 6443"))
    #expect(found.remedy.contains("ufw allow proto tcp from 192.168.1.0/24 to any port 6443"))
    #expect(found.remedy.contains("ufw allow from 10.244.0.0/16"))
  }
}
