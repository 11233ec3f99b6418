package import Diagnostics
package import Provision
import Templates

/// What apt would bring to one host, of all that is installed there: an upgrade as `apt-get upgrade --with-new-pkgs` does
/// it. Packages that hearth holds back are not among them; those go with the cluster's own upgrade.
package struct SystemOffers: Sendable, Equatable {
  package struct Package: Sendable, Equatable {
    package var name: String
    /// Empty for one that is new here, such as the next kernel.
    package var installed: String
    package var candidate: String
  }

  package var packages: [Package] = []
  /// Why the host could not read new package lists; nil when it could.
  package var staleness: String?
  /// What apt says when it can plan nothing at all.
  package var failure: String?
  /// A newer boot EEPROM of the board is at hand.
  package var hasNewEEPROM = false

  package init() {}

  /// A program that prints what ``init(output:)`` reads; it reads new package lists and changes nothing else.
  package static var program: String {
    get throws(HearthError) { try Template.text(of: "upgrade/system-offers") }
  }

  /// Lines such as `Inst libc6 [2.36-9+deb12u10] (2.36-9+deb12u13 Debian:12.12/oldstable [amd64])`, without the
  /// brackets where a package is new.
  package init(output: String) {
    for line in output.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: " ")
      switch words.first {
      case "lists-are-old": staleness = words.dropFirst().joined(separator: " ")
      case "E:": failure = failure ?? words.dropFirst().joined(separator: " ")
      case "eeprom-is-old": hasNewEEPROM = true
      case "Inst" where words.count >= 3:
        let isUpgrade = words[2].hasPrefix("[")
        guard let version = words.dropFirst(isUpgrade ? 3 : 2).first(where: { $0.hasPrefix("(") })?.dropFirst(),
          Self.isPlain(words[1]), Self.isPlain(version)
        else { continue }
        packages.append(
          Package(
            name: String(words[1]), installed: isUpgrade ? String(words[2].dropFirst().prefix { $0 != "]" }) : "",
            candidate: String(version)))
      default: break
      }
    }
  }

  /// As Debian spells names and versions.
  private static func isPlain(_ text: Substring) -> Bool {
    text.first?.isLetter == true || text.first?.isNumber == true
      ? text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"'\"\\$`;&|<>()".utf8.contains($0) } : false
  }

  /// One transaction that brings all of it.
  package var resource: Resource? {
    guard !packages.isEmpty else { return nil }
    var wanted = Resource.Packages(packages.map { "\($0.name)=\($0.candidate)" })
    wanted.isUpgrade = true
    return .packages(wanted)
  }
}

/// The steps of a host's turn beside its packages.
package enum SystemUpgrade {
  /// Restarts the host when something asks for it, and says why; done when nothing asks any more.
  package static func restart() throws(HearthError) -> Resource {
    .custom(
      .init(
        "restart", probe: try Template.text(of: "upgrade/restart-reason"),
        judge: { _, output in
          let reason = String(decoding: output, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
          return reason.map { [FieldChange("because", from: nil, to: $0)] } ?? []
        },
        // The status that makes the run go on after the restart.
        apply: { () throws(HearthError) in .init("exit 194") }))
  }

  /// Lets the board's own updater write its EEPROM, which the next start takes over.
  package static func eeprom() -> Resource {
    .custom(
      .init(
        "boot EEPROM",
        probe:
          "command -v rpi-eeprom-update >/dev/null && { rpi-eeprom-update >/dev/null 2>&1; [ $? = 1 ]; } && echo old",
        judge: { _, output in
          String(decoding: output, as: UTF8.self).hasPrefix("old")
            ? [FieldChange("version", from: "an older one", to: "the newest of package rpi-eeprom")] : []
        },
        apply: { () throws(HearthError) in
          .init("rpi-eeprom-update -a\n: >/run/reboot-required\n", timeout: .seconds(180))
        }))
  }
}
