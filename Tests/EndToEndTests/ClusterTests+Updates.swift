import Foundation
import TestSupport
import Testing

/// Debian's own updates, by the real apt from a repository that lies on each host.
extension ClusterTests {
  /// Installs the first version of a package and offers the second, which may ask for a restart as Debian's do.
  private static let offer = """
    set -eu
    mkdir -p /srv/probe
    cd /srv/probe
    for version in 1 2; do
      mkdir -p "$version/DEBIAN"
      printf '%s\\n' 'Package: hearth-probe' "Version: $version" 'Architecture: all' 'Description: probe' \\
        'Maintainer: nobody <nobody@host.invalid>' >"$version/DEBIAN/control"
      if [ "$version $1" = '2 restart' ]; then
        printf '#!/bin/sh\\n: >/run/reboot-required\\n' >"$version/DEBIAN/postinst"
        chmod 755 "$version/DEBIAN/postinst"
      fi
      dpkg-deb --build "$version" "$version.deb"
    done
    dpkg --install 1.deb
    { dpkg-deb --field 2.deb; echo 'Filename: ./2.deb'; stat -c 'Size: %s' 2.deb
      printf 'SHA256: %s\\n' "$(sha256sum 2.deb | cut -d ' ' -f 1)"; } >Packages
    echo 'deb [trusted=yes] file:/srv/probe ./' >/etc/apt/sources.list.d/probe.list
    : >/run/not-restarted
    """
  private static let withdraw = """
    dpkg --purge hearth-probe
    rm -rf /srv/probe /etc/apt/sources.list.d/probe.list /var/lib/apt/lists/*_srv_probe_* /run/not-restarted
    """

  @Test("Debian's updates come node by node, workers first; a host restarts only where a package asks for it")
  func systemUpdates() throws {
    let offered = ["pi1": "", "pi3": "restart", "pi4": ""]
    for (host, wish) in offered { try rack.inside(host, "sh", "-c", Self.offer, "sh", wish) }
    defer { for host in offered.keys { _ = try? rack.inside(host, "sh", "-c", Self.withdraw) } }
    func version(_ host: String) throws -> String {
      try rack.inside(host, "dpkg-query", "--show", "--showformat=${Version}", "hearth-probe")
    }
    // The check has seen two nodes: the third waits for another run.
    let turns = rack.folder.file("turns")
    let check = "echo \"$HEARTH_NODE\" >>'\(turns)'; [ \"$HEARTH_NODE\" != pi3 ] || [ -e '\(turns).again' ]"
    let update = ["upgrade", "--system", "--yes", "--skip-smoke", "--output", "json", "--check", check]
    let stopped = try hearth.start(update).end()
    #expect(stopped.status != 0)
    #expect(try version("pi3") == "2")
    #expect(try [version("pi4"), version("pi1")] == ["1", "1"])
    try rack.folder.write("turns.again", "")

    #expect(try hearth.start(update).end().failure == nil)
    let order = try String(contentsOfFile: turns, encoding: .utf8).split(separator: "\n")
    #expect(order.filter { $0 != "pi2" } == ["pi3", "pi4", "pi1"])
    #expect(try offered.keys.map(version) == ["2", "2", "2"])
    // What lies in /run does not outlive a restart.
    for (host, wish) in offered {
      let marks = try rack.inside(host, "sh", "-c", "ls /run | grep -cx not-restarted || true")
      #expect(marks == (wish == "restart" ? "0" : "1"), "\(host)")
    }
    let left = try rack.kubectl(
      "get", "nodes", "-o",
      "jsonpath={range .items[*]}{.spec.unschedulable}{.metadata.annotations.hearth/system-upgrade}{end}")
    #expect(left == "")
    let again = try hearth.start(update).end()
    #expect(again.status == 0 && again.output.contains("Nothing to update"), "\(again.output) \(again.errors)")
    try hearth.expectNothingLeft()
  }
}
