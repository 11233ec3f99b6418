import Foundation
import TestSupport
import Testing

@testable import hearth

struct UpdateTimerTests {
  private let folder: TemporaryFolder
  private let odd = "/home/anna/my rack/it's $HOME.yaml"
  private var timer: UpdateTimer {
    UpdateTimer(
      cluster: "home", schedule: ["Sun", "03:00"],
      words: ["upgrade", "--system", "--yes", "--inventory", odd, "--check", "curl -fsS \"https://shop\" | grep '%h'"],
      place: .init(units: folder.file("systemd/user"), settings: folder.path, manager: ["--user"]))
  }

  init() throws { folder = try TemporaryFolder("hearth-updates") }

  @Test("root has the machine's units, everybody else their own")
  func places() throws {
    let root = try UpdateTimer.Place.ofThisMachine(isRoot: true, environment: ["HOME": "/root"])
    #expect(root == .init(units: "/etc/systemd/system", settings: "/etc", manager: []))
    let anna = try UpdateTimer.Place.ofThisMachine(isRoot: false, environment: ["HOME": "/home/anna"])
    let own = "/home/anna/.config"
    #expect(anna == .init(units: "\(own)/systemd/user", settings: own, manager: ["--user"]))
    let other = ["HOME": "/home/anna", "XDG_CONFIG_HOME": "/srv/config"]
    #expect(try UpdateTimer.Place.ofThisMachine(isRoot: false, environment: other).settings == "/srv/config")
  }

  @Test("the shell hands every word on as it is, and what the run reads of the environment")
  func program() throws {
    var shown = timer
    shown.words = ["-c", "printf '<%s>\\n' \"$XDG_STATE_HOME\" \"$@\"", "sh"] + timer.words
    let environment = ["XDG_STATE_HOME": "/var/state of mine", "SECRET": "no"]
    let files = try shown.files(program: "sh", environment: environment)
    #expect(
      files.map(\.path)
        == [
          "hearth/updates-home", "systemd/user/hearth-updates-home.service", "systemd/user/hearth-updates-home.timer",
        ].map(folder.file))
    #expect(!files.contains { $0.text.contains("SECRET") })
    let said = try Command.run(["sh", "-c", files[0].text])
    #expect(said.split(separator: "\n").map(String.init) == (["/var/state of mine"] + timer.words).map { "<\($0)>" })
  }

  @Test(
    "systemd takes the units",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/systemd-analyze"), "no systemd-analyze here"))
  func units() throws {
    for file in try timer.files(program: "/usr/bin/hearth", environment: [:]) {
      let name = URL(fileURLWithPath: file.path).lastPathComponent
      if name.contains(".") { try folder.write(name, file.text) }
    }
    let said = try Command.run([
      "sh", "-c", "systemd-analyze verify --man=no \"$@\" 2>&1", "sh", folder.file("hearth-updates-home.service"),
      folder.file("hearth-updates-home.timer"),
    ])
    #expect(!said.contains("hearth-updates"), "\(said)")
  }
}
