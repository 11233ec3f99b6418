import Foundation
import SSH
import TestSupport
import Testing

/// Each configuration as `ssh -G` understands it.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/ssh"), "needs ssh"))
struct SSHConfigAgainstOpenSSHTests {
  /// `FOLDER` is a folder with the files `part_a`, `part_b` and `open`.
  static let configurations: [String] = [
    "", "Port 2222\n", "Host pi1\nPort 2222\nHost *\nPort 23\nUser x\n", "Host *\nUser first\nHost pi1\nUser second\n",
    "Host pi* !pi1\nUser no\nHost pi1\nUser yes\n", "Host !pi1 pi*\nUser no\n", "Host pi?\nUser one\n",
    "Host PI1\nUser upper\n",
    "Host \"pi1\"\nUser \"quoted\"\n", "Host=pi1\nUser=equals\nPort = 24\n", "  Host\tpi1\n\tUser\ttabs\n",
    "HOST pi1\nuSeR mixed\n",
    "Host pi1\r\nUser crlf\r\nPort 2201\r\n", "# comment\r\nUser after\r\n", "User x # comment\nPort 77\n",
    "User x#y\n",
    "HostName %h.lan\n", "HostName 10.0.0.9\nMatch host 10.0.0.9\nUser resolved\n",
    "Host pi1\nHostName real.lan\nMatch host pi1\nUser no\n",
    "HostName real.lan\nMatch originalhost pi1\nUser original\n", "Match all\nUser all\n",
    "Match host pi1,other\nUser list\n",
    "Match host !pi1,*\nUser no\n", "Match !host pi1\nUser no\nMatch all\nUser yes\n",
    "User a\nMatch user a\nPort 2300\n",
    "Match user nobody-here\nPort 2301\n", "Match localuser LOCAL\nPort 2302\n",
    "Match host pi1 user b\nPort 1\nUser b\n",
    "Match final\nUser final\nHost *\nUser first\n",
    "Match final host pi1.lan\nPort 2400\nHost pi1\nHostName pi1.lan\n",
    "Match final all\nPort 2401\n", "Match canonical\nPort 2402\n",
    "Match host pi1 exec false\nPort 1\nMatch all\nPort 2\n",
    "Include FOLDER/part_a\nUser last\n", "Include FOLDER/part_*\n",
    "Host other\nInclude FOLDER/part_a\nHost *\nUser mine\n",
    "Host pi1\nInclude FOLDER/open\nPort 2500\n", "Include FOLDER/open\nPort 2501\n",
    "Host other\nInclude FOLDER/open\nPort 2502\n",
    "Include FOLDER/open FOLDER/part_b\nUser outer\n", "Include FOLDER/missing\nPort 2503\n",
    "Include \"FOLDER/part_a\"\n",
    "IdentityFile ~/.ssh/rack\nIdentityFile /k/b\n", "IdentityFile \"/k/with blank\"\n",
    "IdentityFile /k/with\\ blank\n",
    "IdentityFile '/k/single'\nIdentityFile /k/single\n",
    "Host pi1\nIdentityFile /k/a\nMatch all\nIdentityFile /k/b\nHost no\nIdentityFile /k/c\n",
    "IdentitiesOnly yes\nIdentitiesOnly no\n", "IdentitiesOnly no\n", "IdentityAgent none\n",
    "IdentityAgent ~/agent.sock\n",
    "ProxyJump gate\n", "ProxyJump me@gate:2222,inner\n", "ProxyJump none\n",
    "Host pi1\nProxyJump none\nHost *\nProxyJump gate\n",
    "ProxyCommand none\nProxyJump gate\n", "ProxyJump ssh://me@gate:2222\n",
    "UserKnownHostsFile /a /b\nUserKnownHostsFile /c\n",
    "UserKnownHostsFile ~/.ssh/rack_hosts\n", "Port 2600\nUnknown\n", "Compression yes\nUser known\n",
    "Host pi1 # comment\nUser commented\n",
  ]

  @Test(arguments: configurations) func settingsAreThoseOfSSH(template: String) throws {
    let folder = try TemporaryFolder()
    try folder.write("part_a", "Port 2101\nHost other\nUser other\n")
    try folder.write("part_b", "Port 2102\nUser b\n")
    try folder.write("open", "User open\nHost nobody\nUser nobody\n")
    let text = template.replacing("FOLDER", with: folder.path).replacing("LOCAL", with: NSUserName())
      .replacing("\nUnknown\n", with: "\n")
    let file = try folder.write("config", text)
    let theirs = try Self.ask(file)
    let home = NSHomeDirectory()
    let ours = try SSHConfig.load(user: file).settings(for: "pi1", home: home)
    #expect((ours.hostName ?? "pi1") == theirs["hostname"]?.first)
    #expect((ours.user ?? NSUserName()) == theirs["user"]?.first)
    #expect(String(ours.port ?? 22) == theirs["port"]?.first)
    #expect(ours.identitiesOnly == (theirs["identitiesonly"]?.first == "yes"))
    #expect(Self.jumps(ours.proxyJump) == Self.jumps(theirs["proxyjump"]?.first))
    if !ours.identityFiles.isEmpty || text.contains("IdentityFile") {
      #expect(ours.identityFiles == theirs["identityfile"]?.map { Self.expanded($0, home) })
    }
    if let agent = ours.identityAgent {
      #expect(agent == theirs["identityagent"]?.first.map { Self.expanded($0, home) })
    }
    if !ours.userKnownHostsFiles.isEmpty {
      let words = theirs["userknownhostsfile"]?.first?.split(separator: " ").map { Self.expanded(String($0), home) }
      #expect(ours.userKnownHostsFiles == words)
    }
  }

  private static func ask(_ file: String) throws -> [String: [String]] {
    var answers: [String: [String]] = [:]
    for line in try Command.run("ssh", "-F", file, "-G", "pi1").split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 1)
      if words.count == 2 { answers[String(words[0]), default: []].append(String(words[1])) }
    }
    return answers
  }

  private static func expanded(_ path: String, _ home: String) -> String {
    path.hasPrefix("~/") ? home + path.dropFirst() : path
  }

  /// `ssh -G` prints what it has read in a form of its own.
  private static func jumps(_ text: String?) -> [String] {
    (text ?? "").split(separator: ",").map { $0.hasPrefix("ssh://") ? String($0.dropFirst(6)) : String($0) }
  }

  @Test func tokensAreReplacedOnce() {
    let config = SSHConfig(
      "HostName %h.lan\nUser anna\nPort 2222\nIdentityFile %d/%n/%h/%p/%r/%u/%%h\nIdentityFile ~/${RACK_DIR}/x\n")
    let settings = config.settings(
      for: "%n", home: "/home/%h", localUser: "bob", environment: ["RACK_DIR": "keys"])
    #expect(settings.hostName == "%n.lan")
    #expect(settings.identityFiles == ["/home/%h/%n/%n.lan/2222/anna/bob/%h", "/home/%n.lan/keys/x"])
  }

  @Test func whatIsNotDoneIsSaid() {
    let text =
      "Match exec \"touch /tmp/never\"\nUser no\nMatch all\nCertificateFile ~/x-cert.pub\nProxyCommand nc %h %p\n"
    let settings = SSHConfig(text).settings(for: "pi1", home: "/h")
    #expect(settings.user == nil)
    #expect(settings.notes.count == 3)
    for (note, word) in zip(settings.notes, ["exec", "CertificateFile", "ProxyCommand"]) {
      #expect(note.contains(word))
    }
  }

  @Test func placesAreKept() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("config", "# c\nHost pi1\n  User anna\n")
    #expect(try SSHConfig.load(user: file).settings(for: "pi1", home: "/h").places == ["user": "\(file):3"])
  }

  @Test func fileThatOthersMayWriteIsRefused() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("config", "User anna\n", mode: 0o666)
    #expect(throws: (any Error).self) { try SSHConfig.load(user: file) }
  }
}
