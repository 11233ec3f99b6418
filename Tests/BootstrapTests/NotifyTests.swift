import Diagnostics
import Foundation
import Inventory
import PKI
import Provision
import Templates
import TestSupport
import Testing

@testable import Bootstrap

/// The program that tells people, with a real receiver, and stand-ins of kubectl, sendmail and a program of one's own.
struct NotifyTests {
  private let folder: TemporaryFolder
  private let receiver: ScriptServer

  private struct Received: Decodable {
    var path: String
    var head: [String: String]
    var body: String
  }

  init() throws {
    folder = try TemporaryFolder("hearth-notify")
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "../Support/Servers/receiver.py").path
    receiver = try ScriptServer(script, [folder.file("received")])
    try folder.shell("mkdir backups; touch backups/home-20261201T000000Z.tar received mail told table")
    for name in ["notify", "tell-vitals"] {
      try folder.write(name, try Template.text(of: "notify/\(name)"), mode: 0o755)
    }
    try folder.write("kubectl", "#!/bin/sh\nexec cat \(folder.file("nodes"))\n", mode: 0o755)
    try folder.write("sendmail", "#!/bin/sh\n[ \"$*\" = '-oi -t' ] && cat >>\(folder.file("mail"))\n", mode: 0o755)
    try folder.write("tell", "#!/bin/sh\n{ echo \"$1\"; cat; } >>\(folder.file("told"))\n", mode: 0o755)
    try nodes()
  }

  private func nodes(_ pi2: String = "True", _ pi3: String = "True", vitals: String = "disk=10 heat=40 power=0 due=0")
    throws
  {
    try folder.write("nodes", "pi1 True \"disk=99 heat=99 power=1 due=9\"\npi2 \(pi2) \"\(vitals)\"\npi3 \(pi3) \n")
  }

  private func settings(ways: [String]? = nil, plane: String = "127.0.0.1", first: String = "pi1") throws {
    let usual = [
      "ntfy http://127.0.0.1:\(receiver.greeting)/rack tk_secret", "webhook http://127.0.0.1:\(receiver.greeting)/hook",
      "mail anna@example.org", "command \(folder.file("tell"))",
    ]
    let lines =
      ["cluster home", "plane \(first) \(plane)", "plane pi9 127.0.0.9", "node pi1", "node pi2", "node pi3"]
      + ["disk 90", "heat 80", "backup 36", "certificate 14", "endDays 60", "end 2099-01-01 Kubernetes 1.36"]
      + (ways ?? usual)
    try folder.write("settings", lines.map { $0 + "\n" }.joined())
  }

  /// - Returns: status and what the program printed.
  @discardableResult
  private func look(_ words: String = "", host: String = "pi1", program: String = "notify", port: String = "1")
    throws -> (status: String, output: String)
  {
    let variables = [
      "NOTIFY=settings", "NOTIFY_STATE=state", "BACKUPS=backups", "TABLE=table", "CA=ca.crt", "VITALS=vitals",
      "SENDMAIL=sendmail", "KUBECTL=kubectl", "CACHE=cache",
    ].map { "HEARTH_" + $0.replacing("=", with: "=\(folder.path)/") }
    let line =
      "env \((variables + ["HEARTH_HOST=\(host)", "HEARTH_API_PORT=\(port)"]).joined(separator: " ")) ./\(program) \(words) "
      + "2>&1; echo \"status $?\""
    let text = try folder.shell(line)
    let end = text.components(separatedBy: "status ").last ?? ""
    return (end, String(text.dropLast("status \(end)".count)))
  }

  private func received() throws -> [Received] {
    defer { _ = try? folder.write("received", "") }
    return try folder.read("received").split(separator: "\n")
      .map { try JSONDecoder().decode(Received.self, from: Data($0.utf8)) }
  }

  private struct Notice: Decodable, Equatable {
    var schema, cluster, host, text: String
    var new, over: Int
  }

  private func notice(_ received: [Received]) throws -> Notice? {
    try received.first { $0.path == "/hook" }.map { try JSONDecoder().decode(Notice.self, from: Data($0.body.utf8)) }
  }

  @Test("a test goes out by every way, with its token, and says which ways work")
  func everyWay() throws {
    try settings()
    let result = try look("test")
    #expect(result.output == "ntfy: sent\nwebhook: sent\nmail: sent\ncommand: sent\n" && result.status == "0")
    let all = try received()
    let ntfy = try #require(all.first { $0.path == "/rack" })
    #expect(ntfy.head["Authorization"] == "Bearer tk_secret" && ntfy.head["Title"] == "home: a test")
    #expect(ntfy.body == "pi1 can tell you: hearth notify test\n")
    #expect(
      try notice(all)
        == Notice(
          schema: "hearth.notice.v1", cluster: "home", host: "pi1",
          text: "home: a test\npi1 can tell you: hearth notify test", new: 0, over: 0))
    #expect(try folder.read("mail").hasPrefix("To: anna@example.org\nSubject: home: a test\n"))
    #expect(try folder.read("told") == "home: a test\npi1 can tell you: hearth notify test\n")
  }

  @Test("a way that fails is named without its address, and the others are used")
  func failures() throws {
    try settings(ways: [
      "ntfy http://127.0.0.1:\(receiver.greeting)/refuse tk_secret", "webhook http://127.0.0.1:1/path-secret",
      "mail anna@example.org", "command /no/such/program",
    ])
    let result = try look("test")
    #expect(result.status == "0")
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 4 && lines[0].hasPrefix("ntfy: failed: curl: (22)") && lines[2] == "mail: sent")
    #expect(lines[1].hasPrefix("webhook: failed: curl: (7)") && lines[3].hasPrefix("command: failed: "))
    #expect(!result.output.contains("secret"))
    try settings(ways: ["webhook http://127.0.0.1:1/"])
    #expect(try look("test").status == "1")
  }

  @Test("a lost node is told at the second look, once, and told again when it is back")
  func lost() throws {
    try settings()
    try look()
    try nodes("Unknown")
    try look()
    #expect(try received().isEmpty)
    try look()
    let text = "home: pi2 is lost: its kubelet says nothing\npi2 is lost: its kubelet says nothing"
    #expect(try notice(received())?.text == text)
    try look()
    #expect(try received().isEmpty)
    try nodes()
    try look()
    #expect(
      try notice(received())
        == Notice(
          schema: "hearth.notice.v1", cluster: "home", host: "pi1", text: "home: 1 over\npi2 is back", new: 0, over: 1))
    try look()
    #expect(try received().isEmpty)
  }

  @Test("a node that restarts between two looks is not news")
  func restart() throws {
    try settings()
    for state in ["Unknown", "True", "False", "True"] {
      try nodes(state)
      try look()
    }
    #expect(try received().isEmpty)
  }

  @Test("disk, heat, supply and certificates of other nodes; what stands at its limit is told once")
  func vitals() throws {
    try settings()
    try nodes(vitals: "disk=90 heat=80 power=1 due=2")
    try look()
    let told = try #require(try notice(received()))
    #expect(told.new == 4)
    for words in ["disk is 90 % full", "80 degrees", "under-voltage", "2 of its certificates"] {
      #expect(told.text.contains("pi2: ") && told.text.contains(words), "\(words)")
    }
    // What a control-plane host's own Node says is left to that host.
    #expect(!told.text.contains("pi1"))
    try nodes(vitals: "disk=88 heat=76 power=1 due=2")
    try look()
    #expect(try received().isEmpty)
    try nodes(vitals: "disk=86 heat=74 power=0 due=0")
    try look()
    #expect(try notice(received())?.over == 4)
  }

  @Test(
    "what a node says of itself is a pattern or nothing",
    arguments: ["disk=99", "disk=99 heat=1 power=0 due=0; reboot", "$(reboot)", "disk=9999 heat=1 power=0 due=0", ""])
  func hostile(vitals: String) throws {
    try settings()
    try nodes(vitals: vitals)
    try look()
    #expect(try received().isEmpty)
  }

  @Test("this host's own backup, certificate, disk and API server")
  func here() throws {
    try settings()
    try folder.shell("touch -d '2 days ago' backups/*.tar")
    try folder.write("vitals", "disk=97 heat=50 power=0 due=0\n")
    try folder.shell(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out ca.crt -days 3650 -subj /CN=a "
        + "2>/dev/null; openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out old.pem "
        + "-days 1 -subj /CN=b 2>/dev/null")
    try folder.write("table", "\(folder.file("ca.crt"))|x\n\(folder.file("old.pem"))|x\n")
    try folder.shell("rm nodes")
    try look()
    let told = try #require(try notice(received()))
    // The short certificate is new: it ends soon, and is not late.
    #expect(told.new == 3 && !told.text.contains("old.pem"), "\(told)")
    #expect(told.text.contains("pi1: its newest backup is 48 hours old"))
    #expect(
      told.text.contains("pi1: its disk is 97 % full") && told.text.contains("pi1: its API server does not answer"))
    try folder.shell("rm backups/*; touch -d '2 days ago' backups")
    try nodes()
    try look()
    let later = try #require(try notice(received()))
    #expect(later.text.contains("over: pi1: its API server") && later.new == 0)
    #expect(try folder.read("state/known").contains("pi1: it has no backup"))
  }

  @Test("a budget that is exceeded, and one that is kept again")
  func budget() throws {
    try settings()
    try folder.write("report", try Template.text(of: "notify/report"), mode: 0o755)
    let state = "HEARTH_NOTIFY_STATE=\(folder.file("state"))"
    try folder.shell("echo 'home has cost EUR 31.20 this month' | env \(state) ./report")
    try look()
    #expect(try notice(received())?.text.hasSuffix("\nhome has cost EUR 31.20 this month") == true)
    try folder.shell("env \(state) ./report </dev/null")
    try look()
    #expect(try notice(received())?.over == 1)
  }

  @Test("while its API server is silent, nothing of the cluster is over")
  func blind() throws {
    try settings()
    try nodes("Unknown")
    try look()
    try look()
    _ = try received()
    try folder.shell("rm nodes")
    try look()
    #expect(try notice(received()).map { [$0.new, $0.over] } == [1, 0])
    try nodes()
    try look()
    #expect(try notice(received())?.over == 2)
  }

  @Test("the end of a release is told once")
  func end() throws {
    try settings()
    try folder.shell("sed -i 's/^end .*/end 2020-01-01 Kubernetes 1.20/' settings")
    try look()
    #expect(
      try notice(received())?.text.hasSuffix("\nKubernetes 1.20 gets no updates after 2020-01-01: hearth upgrade")
        == true)
    try look()
    #expect(try received().isEmpty)
  }

  @Test("where an earlier control-plane host answers, another tells only what is its own")
  func oneSpeaks() throws {
    // The receiver answers TLS with nonsense, so a server that speaks TLS stands for the first API server.
    try folder.shell(
      "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key -out cert -days 1 -subj /CN=a 2>/dev/null"
    )
    let script = try folder.write(
      "tls.py",
      """
      import http.server, os, ssl, sys, threading
      server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), http.server.SimpleHTTPRequestHandler)
      context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
      context.load_cert_chain("\(folder.file("cert"))", "\(folder.file("key"))")
      server.socket = context.wrap_socket(server.socket, server_side=True)
      sys.stderr = open(os.devnull, "w")
      print(server.server_address[1], flush=True)
      threading.Thread(target=server.serve_forever, daemon=True).start()
      sys.stdin.buffer.read()
      os._exit(0)
      """)
    try settings(first: "pi0")
    try nodes("Unknown", vitals: "disk=95 heat=40 power=0 due=0")
    try folder.write("vitals", "disk=97 heat=50 power=0 due=0\n")
    do {
      let first = try ScriptServer(script)
      try look(host: "pi9", port: first.greeting)
      try look(host: "pi9", port: first.greeting)
      #expect(try notice(received())?.text == "home: pi9: its disk is 97 % full\npi9: its disk is 97 % full")
      #expect(try folder.read("state/known").contains("lost/pi2"))
    }
    // The first is gone: what it has told already is not news, what comes next is told by this one.
    try nodes()
    try look(host: "pi9")
    #expect(try notice(received())?.text == "home: 1 over\npi2 is back")
  }

  @Test("what nobody took is told at the next look")
  func again() throws {
    try settings(ways: ["webhook http://127.0.0.1:1/"])
    try nodes(vitals: "disk=95 heat=40 power=0 due=0")
    #expect(try look().status == "1")
    try settings()
    #expect(try look().status == "0")
    #expect(try notice(received())?.new == 1)
  }

  // MARK: - On hosts

  private func rack(_ notify: Notify?) -> Rack {
    var rack = SampleRack.boardsNew.rack
    rack.notify = notify
    return rack
  }

  private func resources(_ notify: Notify?, left: Bool = false) throws -> [String: [Resource]] {
    let sample = SampleRack.boardsNew
    var facts = sample.facts
    if left { for name in facts.keys { facts[name]?.existingPaths.insert(ClusterNode.notifyProgram) } }
    let bootstrap = try ClusterBootstrap(rack: rack(notify), facts: facts)
    let phases = try bootstrap.phases(authority: try Authority.create(cluster: "home"), software: sample.software)
    return phases.reduce(into: [:]) { all, phase in
      for (host, resources) in phase.resources { all[host, default: []] += resources }
    }
  }

  @Test("secrets lie in one file of root on control-plane hosts, which no plan shows")
  func settingsFile() throws {
    var notify = Notify(
      ntfy: .init(url: Secret("https://ntfy.example/a"), token: Secret("tk")),
      webhook: .init(url: Secret("https://x/y")),
      mail: ["anna@example.org"], command: "/usr/local/bin/tell")
    notify.diskPercent = 75
    let rack = rack(notify)
    for (host, resources) in try resources(notify) {
      let files: [Resource.File] = resources.compactMap { if case .file(let file) = $0 { file } else { nil } }
      let settings = files.first { $0.path == "/etc/hearth/notify" }
      let isPlane = rack.node(host)?.roles.contains(.controlPlane) == true
      #expect((settings != nil) == isPlane)
      #expect(files.contains { $0.path.hasSuffix("/tell-vitals") })
      guard let settings else { continue }
      #expect(settings.mode == 0o600 && settings.sensitive && settings.owner == "root:root")
      let lines = String(decoding: settings.content, as: UTF8.self).split(separator: "\n")
      #expect(lines.contains("ntfy https://ntfy.example/a tk") && lines.contains("webhook https://x/y"))
      #expect(lines.contains("disk 75") && lines.contains("mail anna@example.org"))
      #expect(lines.filter { $0.hasPrefix("node ") }.count == rack.nodes.count)
      #expect(lines.contains { $0.wholeMatch(of: /end \d{4}-\d\d-\d\d Kubernetes 1\.\d+/) != nil })
      let others = files.filter { $0.path != settings.path }.map { String(decoding: $0.content, as: UTF8.self) }
      #expect(!others.contains { $0.contains("ntfy.example") })
    }
  }

  @Test("without notify nothing is there, and what was there goes")
  func gone() throws {
    func ids(_ all: [String: [Resource]]) -> [String] { all.values.joined().map(\.id).filter { $0.contains("notify") } }
    #expect(try ids(resources(nil)).isEmpty)
    let left = try ids(resources(nil, left: true))
    #expect(left.contains("unit hearth-notify.timer") && left.contains { $0.hasSuffix("/etc/hearth/notify") })
  }
}
