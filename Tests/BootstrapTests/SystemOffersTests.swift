import Bootstrap
import Provision
import Testing

/// What apt says before it does anything.
@Suite struct SystemOffersTests {
  static let output = """
    Inst libc-bin [2.36-9+deb12u10] (2.36-9+deb12u13 Debian:12.12/oldstable [amd64]) []
    Inst libc6 [2.36-9+deb12u10] (2.36-9+deb12u13 Debian:12.12/oldstable [amd64])
    Inst linux-image-6.1.0-40-amd64 (6.1.153-1 Debian-Security:12/oldstable-security [amd64])
    Inst evil$(x) (1 Debian [amd64])
    Conf libc6 (2.36-9+deb12u13 Debian:12.12/oldstable [amd64])
    eeprom-is-old
    """

  @Test func namesVersionsAndNewPackagesAreReadAndNothingElse() {
    let offers = SystemOffers(output: Self.output)
    #expect(offers.packages.map(\.name) == ["libc-bin", "libc6", "linux-image-6.1.0-40-amd64"])
    #expect(offers.packages.map(\.installed) == ["2.36-9+deb12u10", "2.36-9+deb12u10", ""])
    #expect(offers.packages.last?.candidate == "6.1.153-1")
    #expect(offers.hasNewEEPROM && offers.staleness == nil && offers.failure == nil)
    guard case .packages(let wanted) = offers.resource else {
      Issue.record("no packages")
      return
    }
    #expect(wanted.isUpgrade && wanted.names.contains("libc6=2.36-9+deb12u13") && wanted.held.isEmpty)
  }

  @Test func nothingToDoIsNoResource() {
    #expect(SystemOffers(output: "").resource == nil)
    let old = SystemOffers(output: "lists-are-old Could not connect to mirror\nE: Unmet dependencies\n")
    #expect(old.staleness == "Could not connect to mirror" && old.failure == "Unmet dependencies")
  }

  @Test(arguments: [("a package asks for it: libc6 \n", 1), ("", 0), ("\n", 0)])
  func aRestartIsDueWhereAReasonIsGiven(output: String, fields: Int) throws {
    guard case .custom(let restart) = try SystemUpgrade.restart() else { return }
    #expect(restart.judge(0, Array(output.utf8)).count == fields)
  }
}
