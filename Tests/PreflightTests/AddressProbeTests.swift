import Foundation
import Inventory
@testable import Preflight
import Provision
import Testing

@Suite("Addresses for Services, asked for in the LAN")
struct AddressProbeTests {
  @Test("Who answers is named with its hardware address; what nodes carry themselves, and other words, are not")
  func occupants() throws {
    let range = try #require(AddressRange("192.168.1.200-209"))
    let found = AddressProbe.occupants(
      of: range,
      in: [
        "Welcome!\n@arp 192.168.1.203 aa:bb:cc:dd:ee:ff\n@arp 192.168.1.201 02:00:00:00:00:01\n",
        "@own 192.168.1.201\n@arp 192.168.1.77 aa:bb:cc:dd:ee:ff\n@arp 192.168.1.204 <b>\n@arp 192.168.1.205\n",
      ])
    #expect(found.map(\.address.description) == ["192.168.1.203"] && found.first?.mac == "aa:bb:cc:dd:ee:ff")
  }

  /// Two network namespaces with a cable between them: a node, and somebody with one of the addresses.
  @Test("A stranger with one of the addresses answers on a real link", .enabled(if: getuid() == 0, "needs root"))
  func real() throws {
    let range = try #require(AddressRange("10.99.1.200-203"))
    let ask = try AddressProbe.program(range)
    let output = try LocalShell.run(
      """
      set -u
      exec 2>&1
      unshare --net sh -c '
        ip link add here type veth peer name there
        unshare --net sleep 60 &
        other=$!
        until [ "$(readlink /proc/$other/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.1; done
        ip link set there netns $other
        ip addr add 10.99.1.1/24 dev here
        ip addr add 10.99.1.200/32 dev here
        ip link set here up
        nsenter --net=/proc/$other/ns/net sh -c "
          ip addr add 10.99.1.202/24 dev there
          ip link set there address 02:00:00:00:00:99 up"
        sh -s
        kill $other
      ' <<'END_OF_QUESTION'
      \(ask)
      END_OF_QUESTION
      """)
    let text = String(decoding: output, as: UTF8.self)
    let found = AddressProbe.occupants(of: range, in: [text])
    #expect(found.map(\.address.description) == ["10.99.1.202"], "\(text)")
    #expect(found.first?.mac == "02:00:00:00:00:99" && text.contains("@own 10.99.1.200"), "\(text)")
  }
}
