import Foundation
import Inventory
import Preflight
import Provision
import Testing

/// Hosts as people have them, each as a change of a known host's answer and the rules that must and must not see it.
@Suite("Hosts as people have them")
struct HostCaseTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var base = Fixture.raspiOS12
    var host = "pi2"
    /// Lines taken out of the answer, by a part of each.
    var without: [String] = []
    /// Section to lines that are added to it.
    var with: [String: String] = [:]
    var sees: [CheckRule] = []
    var ignores: [CheckRule] = []
    /// Of the findings, all of these words.
    var says: [String] = []

    init(
      _ description: String, base: Fixture = .raspiOS12, host: String = "pi2", without: [String] = [],
      with: [String: String] = [:], sees: [CheckRule] = [], ignores: [CheckRule] = [], says: [String] = []
    ) {
      testDescription = description
      self.base = base
      self.host = host
      self.without = without
      self.with = with
      self.sees = sees
      self.ignores = ignores
      self.says = says
    }
  }

  private static let bootLine = "boot-line=/boot/firmware/cmdline.txt"
  private static let inForce = "root=PARTUUID=0f6d1c3a-02"
  private static let overlay = "/proc/self/mountinfo:24 1 0:40 / / rw,relatime - overlay"
  private static let rootMount = "/proc/self/mountinfo:24 1"
  private static let resolver = "/etc/resolv.conf:nameserver"
  private static let cloudInit = "exists=/usr/bin/cloud-init"

  static let booting: [Case] = [
    Case("an empty cmdline.txt", with: ["values": bootLine], sees: [.bootLineLost], says: ["is empty", inForce]),
    Case(
      "a cmdline.txt with the two words only",
      with: [
        "values": bootLine, "files": "/boot/firmware/cmdline.txt:cgroup_enable=memory cgroup_memory=1",
      ], sees: [.bootLineLost], says: ["holds no root="]),
    Case(
      "a healthy cmdline.txt with Windows line ends",
      with: [
        "values": bootLine, "files": "/boot/firmware/cmdline.txt:console=tty1 \(inForce) rootwait\r",
      ], sees: [.memoryControllerOff], ignores: [.bootLineLost, .bootReadOnly]),
    Case(
      "no root= anywhere", without: ["/proc/cmdline:"],
      with: [
        "values": bootLine, "files": "/proc/cmdline:console=tty1",
      ], sees: [.bootLineUnusable], ignores: [.bootLineLost]),
    Case(
      "a boot partition that raspi-config has write-protected",
      with: [
        "values": bootLine,
        "files": "/boot/firmware/cmdline.txt:\(inForce)\n"
          + "/proc/self/mountinfo:30 24 179:1 / /boot/firmware ro,relatime - vfat /dev/mmcblk0p1 ro",
      ], sees: [.bootReadOnly], says: ["mount -o remount,rw /boot/firmware"]),
    Case(
      "the same where nothing is to be written", without: ["cgroup.controllers:"],
      with: [
        "values": bootLine,
        "files":
          "/boot/firmware/cmdline.txt:\(inForce) cgroup_enable=memory\n/sys/fs/cgroup/cgroup.controllers:cpuset cpu io memory pids\n"
          + "/proc/self/mountinfo:30 24 179:1 / /boot/firmware ro,relatime - vfat /dev/mmcblk0p1 ro",
      ], ignores: [.bootReadOnly, .memoryControllerOff]),
    Case(
      "a kernel that ignores the word", without: ["/proc/cmdline:"],
      with: [
        "values": bootLine,
        "files":
          "/boot/firmware/cmdline.txt:\(inForce) cgroup_enable=memory\n/proc/cmdline:cgroup_disable=memory \(inForce) cgroup_enable=memory",
      ], sees: [.memoryControllerIgnored], ignores: [.memoryControllerOff]),
    Case(
      "a word that the file turns off again", without: ["/proc/cmdline:"],
      with: [
        "values": bootLine,
        "files": "/boot/firmware/cmdline.txt:\(inForce) cgroup_enable=memory cgroup_disable=memory\n"
          + "/proc/cmdline:\(inForce) cgroup_enable=memory cgroup_disable=memory",
      ], sees: [.memoryControllerOff], ignores: [.memoryControllerIgnored]),
  ]

  static let overlays: [Case] =
    [
      Case(
        "overlayroot=tmpfs", without: [rootMount],
        with: [
          "files": "\(overlay) overlayroot rw,lowerdir=/media/root-ro,upperdir=/media/root-rw/overlay",
          "values": "upper-type=tmpfs",
        ], sees: [.rootVolatile], says: ["tmpfs"]),
      Case(
        "an overlay whose upper folder is out of sight", without: [rootMount],
        with: [
          "files": "\(overlay) overlayroot rw,lowerdir=/media/root-ro,upperdir=/media/root-rw/overlay"
        ], sees: [.rootVolatile]),
      Case(
        "an overlay on a disk", without: [rootMount],
        with: [
          "files": "\(overlay) overlayroot rw,lowerdir=/media/root-ro,upperdir=/media/root-rw/overlay",
          "values": "upper-type=ext2/ext3",
        ], ignores: [.rootVolatile]),
      Case(
        "a container's overlay", without: [rootMount],
        with: [
          "files": "\(overlay) overlay rw,lowerdir=/l,upperdir=/u,workdir=/w"
        ], ignores: [.rootVolatile]),
      Case(
        "overlayroot.conf alone",
        with: [
          "files": #"/etc/overlayroot.conf:overlayroot="tmpfs:recurse=0""#
        ], sees: [.rootVolatile], says: ["/etc/overlayroot.conf"]),
      Case(
        "overlayroot.local.conf over overlayroot.conf",
        with: [
          "files": #"/etc/overlayroot.conf:overlayroot="tmpfs""# + "\n"
            + #"/etc/overlayroot.local.conf:overlayroot="disabled""#
        ], ignores: [.rootVolatile]),
      Case(
        "Debian's own overlayroot.conf",
        with: [
          "files": "/etc/overlayroot.conf:# overlayroot=tmpfs\n" + #"/etc/overlayroot.conf:overlayroot="""#
        ], ignores: [.rootVolatile]),
    ]
    + [
      ("overlayroot=tmpfs", true), ("overlayroot=tmpfs:recurse=0", true), ("overlayroot=tmpfs:swap=1,recurse=0", true),
      (#"overlayroot="tmpfs""#, true), ("boot=overlay", true), ("overlayroot=disabled", false),
      ("overlayroot=device:dev=/dev/sda1", false), ("xoverlayroot=tmpfs", false),
    ].map { word, isSeen in
      Case(
        "`\(word)` on the command line", without: [rootMount, "/proc/cmdline:"],
        with: [
          "files": "\(overlay) hearth rw,lowerdir=/l,upperdir=/u,workdir=/w\n/proc/cmdline:\(inForce) \(word)"
        ], sees: isSeen ? [.rootVolatile] : [], ignores: isSeen ? [] : [.rootVolatile])
    }

  static let undone: [Case] = [
    Case(
      "a CIS file that sorts last",
      with: [
        "values": "sysctl-file=/etc/sysctl.d/zz-hardening.conf",
        "settings": "/etc/sysctl.d/zz-hardening.conf:1:net.bridge.bridge-nf-call-iptables = 0\n"
          + "/etc/sysctl.d/zz-hardening.conf:2:net.ipv4.conf.all.rp_filter = 1",
      ], sees: [.sysctlOverruled], says: ["/etc/sysctl.d/zz-hardening.conf:1", "/etc/sysctl.d/zz-hardening.conf:2"]),
    Case(
      "the user's own file, which comes before",
      with: [
        "values": "sysctl-file=/etc/sysctl.d/99-sysctl.conf",
        "settings": "/etc/sysctl.d/99-sysctl.conf:1:net.ipv4.ip_forward = 0",
      ], ignores: [.sysctlOverruled]),
    Case(
      "the same file once a later one of hearth's is there",
      with: [
        "values": "sysctl-file=/etc/sysctl.d/zz.conf\nsysctl-file=/etc/sysctl.d/~hearth-net.ipv4.ip_forward.conf",
        "settings": "/etc/sysctl.d/zz.conf:1:net.ipv4.ip_forward = 0\n"
          + "/etc/sysctl.d/~hearth-net.ipv4.ip_forward.conf:1:net.ipv4.ip_forward = 1",
      ], ignores: [.sysctlOverruled]),
    Case(
      "ufw's file, with ufw on",
      with: [
        "files": "/etc/ufw/ufw.conf:ENABLED=yes", "settings": "/etc/ufw/sysctl.conf:9:net/ipv4/conf/all/rp_filter=1",
      ], sees: [.sysctlOverruled], says: ["/etc/ufw/sysctl.conf:9"]),
    Case(
      "ufw's file, with ufw off",
      with: [
        "files": "/etc/ufw/ufw.conf:ENABLED=no", "settings": "/etc/ufw/sysctl.conf:9:net/ipv4/conf/all/rp_filter=1",
      ], ignores: [.sysctlOverruled]),
    Case(
      "Imager's user-data",
      with: [
        "values": cloudInit, "settings": "/boot/firmware/user-data:3:manage_etc_hosts: true",
      ], sees: [.cloudInitHosts], says: ["/boot/firmware/user-data:3"]),
    Case(
      "user-data wins over cloud.cfg.d",
      with: [
        "values": cloudInit,
        "settings":
          "/etc/cloud/cloud.cfg.d/99-own.cfg:1:manage_etc_hosts: false\n/boot/firmware/user-data:3:manage_etc_hosts: 'true'",
      ], sees: [.cloudInitHosts]),
    Case(
      "localhost only",
      with: [
        "values": cloudInit, "settings": "/boot/firmware/user-data:3:manage_etc_hosts: localhost",
      ], ignores: [.cloudInitHosts]),
    Case(
      "cloud-init that is switched off",
      with: [
        "values": "\(cloudInit)\nexists=/etc/cloud/cloud-init.disabled",
        "settings": "/boot/firmware/user-data:3:manage_etc_hosts: true",
      ], ignores: [.cloudInitHosts]),
    Case(
      "a name that user-data insists on",
      with: [
        "values": cloudInit,
        "settings": "/boot/firmware/user-data:1:hostname: berry\n/boot/firmware/user-data:2:preserve_hostname: false",
      ], sees: [.cloudInitName], says: ["/boot/firmware/user-data:2"]),
    Case(
      "the node's own name in user-data",
      with: [
        "values": cloudInit,
        "settings": "/boot/firmware/user-data:1:hostname: pi2\n/boot/firmware/user-data:2:preserve_hostname: false",
      ], ignores: [.cloudInitName]),
    Case(
      "updates that restart",
      with: [
        "values": "exists=/usr/bin/unattended-upgrade",
        "settings": #"/etc/apt/apt.conf.d/52local:2:Unattended-Upgrade::Automatic-Reboot "true";"#,
      ], sees: [.unattendedReboot], says: ["/etc/apt/apt.conf.d/52local:2"]),
    Case(
      "updates that do not, in the last file",
      with: [
        "values": "exists=/usr/bin/unattended-upgrade",
        "settings": #"/etc/apt/apt.conf.d/50:2:Unattended-Upgrade::Automatic-Reboot "true";"# + "\n"
          + #"/etc/apt/apt.conf.d/99:1:Unattended-Upgrade::Automatic-Reboot "false";"#,
      ], ignores: [.unattendedReboot]),
    Case("an address by DHCP", sees: [.addressLeased]),
    Case(
      "an address set by hand", without: ["eth0    inet "],
      with: [
        "addresses":
          "2: eth0    inet 192.168.1.50/24 scope global eth0\n2: eth0    inet 192.168.1.12/24 scope global secondary eth0",
        "configured-addresses": "/etc/network/interfaces:9:192.168.1.50",
      ], sees: [.addressNotKept], ignores: [.addressLeased]),
    Case(
      "an address from a file", without: ["eth0    inet "],
      with: [
        "addresses": "2: eth0    inet 192.168.1.12/24 scope global eth0",
        "configured-addresses": "/etc/netplan/10.yaml:9:192.168.1.12",
      ], ignores: [.addressNotKept, .addressLeased]),
  ]

  static let networks: [Case] = [
    Case(
      "remains of flannel",
      with: [
        "values": "cni=/etc/cni/net.d/10-flannel.conflist",
        "files": "/sys/class/net/cni0/address:aa:bb:cc:dd:ee:ff\n/sys/class/net/flannel.1/address:aa:bb:cc:dd:ee:fe",
        "addresses": "5: cni0    inet 10.42.1.1/24 scope global cni0",
      ], sees: [.foundNetworkPlugin, .foundPodNetwork],
      says: ["10-flannel.conflist", "cni0 10.42.1.1/24", "ip link delete cni0"]),
    Case(
      "Podman's own file, which comes later", with: ["values": "cni=/etc/cni/net.d/87-podman-bridge.conflist"],
      ignores: [.foundNetworkPlugin]),
    Case(
      "hearth's own", base: .clusterNode, host: "pi1", with: ["values": "cni=/etc/cni/net.d/10-hearth.conflist"],
      ignores: [.foundNetworkPlugin, .foundPodNetwork]),
    Case(
      "systemd-resolved's stub", without: [resolver],
      with: [
        "files": "/etc/resolv.conf:nameserver 127.0.0.53\n/run/systemd/resolve/resolv.conf:nameserver 192.168.1.1"
      ], sees: [.loopbackResolver], says: ["pods ask 192.168.1.1 instead"]),
    Case(
      "dnsmasq on the node", without: [resolver], with: ["files": "/etc/resolv.conf:nameserver 127.0.0.1"],
      sees: [.loopbackResolver], ignores: [.noResolver], says: ["127.0.0.1"]),
    Case(
      "a second server that pods reach", with: ["files": "/etc/resolv.conf:nameserver 127.0.0.1"],
      ignores: [.loopbackResolver]),
    Case(
      "the node's address on WireGuard", without: ["eth0    inet "],
      with: [
        "files": "/sys/class/net/wg0/address:", "addresses": "7: wg0    inet 192.168.1.12/24 scope global wg0",
      ], sees: [.addressOnVPN], says: ["wg0"]),
    Case("chrony beside ntpd", with: ["values": "time=chronyd\ntime=ntpd"], sees: [.severalTimeServices]),
    Case(
      "a pid file of a daemon that is gone", without: ["timesync"],
      with: ["values": "time=none\nexists=/run/chrony/chronyd.pid"],
      sees: [.noTimeSync]),
    Case(
      "openntpd", without: ["timesync"], with: ["values": "time=openntpd"],
      ignores: [.noTimeSync, .severalTimeServices]),
  ]

  @Test("Each host is seen as what it is", arguments: booting + overlays + undone + networks)
  func seen(_ one: Case) throws {
    var lines = String(decoding: try one.base.output, as: UTF8.self).components(separatedBy: "\n")
    lines.removeAll { line in one.without.contains { line.contains($0) } }
    let added = one.with.sorted { $0.key < $1.key }.flatMap { ["@section \($0.key)", $0.value] }
    let end = try #require(lines.lastIndex(of: "@hearth-facts end"))
    lines.insert(contentsOf: added, at: end)
    let facts = try FactsProgram.decode(Array(lines.joined(separator: "\n").utf8))
    let found = Check.problems(rack: TestRack.make(), facts: [one.host: facts])
    let rules = Set(found.map(\.rule))
    #expect(one.sees.filter { !rules.contains($0) } == [], "found \(rules)")
    #expect(one.ignores.filter(rules.contains) == [])
    let text = found.map { "\($0.detail) \($0.remedy)" }.joined(separator: "\n")
    #expect(one.says.filter { !text.contains($0) } == [], "\(text)")
  }
}
