import SSH
import TestSupport
import Testing

struct SSHConfigTests {
  private let text = """
    # comment
    User everyone
    Host pi1 pi?0 !pi20
      HostName=%h.lan
      User pi
      Port = 2222
      IdentityFile ~/.ssh/rack
      IdentityFile "~/.ssh/a key"   # quoted
      UserKnownHostsFile ~/.ssh/rack_hosts /etc/hosts_%h
      ProxyJump gate@10.0.0.1:22,inner
    Match originalhost pi1,other
      IdentityFile %d/third
      IdentityAgent ~/agent.sock
    Match exec "true"
      Port 9
    Match all
      Port 2200
    Host direct
      ProxyJump none
    """

  @Test func firstValueCountsAndKeyFilesAddUp() {
    let settings = SSHConfig("Match all\n" + text.replacing("User everyone\n", with: "")).settings(
      for: "pi1", home: "/home/me")
    #expect(settings.hostName == "pi1.lan")
    #expect(settings.user == "pi")
    #expect(settings.port == 2222)
    #expect(settings.identityFiles == ["/home/me/.ssh/rack", "/home/me/.ssh/a key", "/home/me/third"])
    #expect(settings.identityAgent == "/home/me/agent.sock")
    #expect(settings.userKnownHostsFiles == ["/home/me/.ssh/rack_hosts", "/etc/hosts_pi1.lan"])
    #expect(settings.proxyJump == "gate@10.0.0.1:22,inner")
  }

  @Test(arguments: [("pi10", 2222), ("pi20", 2200), ("pi100", 2200), ("direct", 2200)] as [(String, UInt16)])
  func patternsSelect(host: String, port: UInt16) {
    let settings = SSHConfig(text).settings(for: host, home: "/h")
    #expect(settings.port == port)
    #expect(settings.user == "everyone")
    #expect((settings.proxyJump != nil) == (port == 2222))
  }

  @Test func includesAreReadInPlace() throws {
    let folder = try TemporaryFolder()
    try folder.write("config", "Include part_*\nInclude \(folder.path)/missing\nUser last\n")
    try folder.write("part_a", "Port 1\n")
    try folder.write("part_b", "Port 2\nUser b\n")
    let settings = try SSHConfig.load(user: folder.file("config")).settings(for: "x", home: "/h")
    #expect(settings.port == 1)
    #expect(settings.user == "b")
    #expect(try SSHConfig.load(user: folder.file("none")).settings(for: "x", home: "/h") == SSHConfig.Settings())
    try folder.write("part_a", "Include config\n")
    #expect(throws: (any Error).self) { try SSHConfig.load(user: folder.file("config")) }
  }
}
