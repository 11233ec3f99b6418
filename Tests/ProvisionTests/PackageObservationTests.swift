import Diagnostics
import Foundation
import SSH
import Testing

@testable import Provision

/// What hosts say of packages: read from dpkg's own file, and by dpkg-query where that file may be behind.
@Suite struct PackageObservationTests {
  @Test(.enabled(if: SandboxHost.isPossible, "needs root and mount namespaces"))
  func seesWhatDpkgQuerySees() async throws {
    let box = try SandboxHost()
    // Names with what is special in patterns; one that is part of others; one that nobody has.
    let names = ["dash", "libc6", "libstdc++6", "hearth-has-no-such-package"]
    let engine = Engine(hosts: ["box": try box.shell()], events: SilentSink())
    let observation = await engine.observe(EngineTests.phases([.packages(.init(names))]), forChange: false)
    let packages = try #require(observation.hosts["box"]).packages
    let listed = try await box.output("dpkg-query -W -f '${Package} ${Version}\n' \(names.joined(separator: " "))")
    var expected: [String: String] = [:]
    for line in listed.split(separator: "\n") {
      let fields = line.split(separator: " ").map(String.init)
      expected[fields[0]] = fields[1]
    }
    #expect(expected.count >= 2)
    for name in names { #expect(packages[name]?.version == expected[name], "\(name)") }
    #expect(packages["dash"]?.installed == true && packages["dash"]?.held == false)
  }

  @Test func readsStates() throws {
    var request = ObservationRequest()
    request.package("a")
    let program = try ObserveProgram(request, leftover: .seconds(1))
    let said = """

      @\(program.nonce) begin packages
      Package: a
      Status: hold ok installed
      Section: utils
      Version: 1.0-1
      Depends: b (= 1), c
      --
      Package: b
      Status: deinstall ok config-files
      Architecture: amd64
      Version: 2:3~rc1
      Package: c
      Status: install reinstreq half-installed
      Version: 4

      Package: d
      Status: purge ok not-installed

      Package: cut-off
      Status: install ok installed

      @\(program.nonce) end 0

      @\(program.nonce) begin complete

      @\(program.nonce) end 0

      """
    let state = try HostState(
      ExecResult(status: 0, standardOutput: Array(said.utf8)), of: program, waited: nil)
    #expect(
      state.packages == [
        "a": PackageState(version: "1.0-1", installed: true, held: true),
        "b": PackageState(version: "2:3~rc1", installed: false, held: false),
        "c": PackageState(version: "4", installed: false, held: false),
      ])
  }
}
