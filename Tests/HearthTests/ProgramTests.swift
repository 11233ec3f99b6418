import Foundation
import TestSupport
import Testing

/// What people see when something is wrong before any host is touched.
@Suite(.enabled(if: Program.missing == nil, "needs the built program"))
struct ProgramTests {
  let program: Program
  init() throws { program = try Program() }

  @Test func `Without an inventory it says how to get one`() throws {
    let result = try program.run("plan")
    #expect(result.status == 2)
    #expect(result.text.contains("no hearth.yaml in"))
    #expect(result.text.contains("hearth init"))
  }

  @Test func `A typo is named with its place, and all of them at once`() throws {
    try program.inventory()
    let text = try program.folder.read("hearth.yaml")
      .replacing("address:", with: "adress:").replacing("kubernetes:", with: "kubernets:")
    try program.folder.write("hearth.yaml", text)
    let result = try program.run("up", "--yes")
    #expect(result.status == 2)
    #expect(result.text.contains("hearth.yaml:3:3: unknown key `kubernets`, did you mean `kubernetes`?"))
    #expect(result.text.contains("unknown key `adress`, did you mean `address`?"))
  }

  @Test(arguments: ["", ",", " , "])
  func `A limit that names nobody is a mistake, not an empty success`(limit: String) throws {
    try program.inventory()
    let result = try program.run("up", "--limit", limit)
    #expect(result.status == 2)
    #expect(result.text.contains("--limit names no host"))
  }

  @Test func `A variable that is not set is named`() throws {
    try program.inventory(sudo: #"{password: "${NO_SUCH_VARIABLE}"}"#)
    let result = try program.run("plan")
    #expect(result.status == 2)
    #expect(result.text.contains("the environment variable `NO_SUCH_VARIABLE` is not set"))
  }

  @Test(
    arguments: [
      (nil, "No such file or directory"), ("{}", "`version` is missing"), ("no json", "not valid JSON"),
    ] as [(String?, String)])
  func `What is not a saved plan is refused without a stack of codes`(content: String?, reason: String) throws {
    try program.inventory()
    if let content { try program.folder.write("plan.json", content) }
    let result = try program.run("up", "plan.json")
    #expect(result.status == 2)
    #expect(result.text.contains("plan.json: this is not a saved plan"))
    #expect(result.text.contains(reason))
    #expect(!result.text.contains("Error Domain"))
    #expect(!result.text.contains("DecodingError"))
  }

  @Test func `Unknown options end with 2`() throws {
    #expect(try program.run("up", "--frobnicate").status == 2)
    #expect(try program.run("frobnicate").status == 2)
    #expect(try program.run("--version").status == 0)
  }

  @Test func `A new rack's folder keeps what is private out of its repository, and people's own rules stay`() throws {
    let answers = ["init", "--name", "home", "--first-address", "192.168.1.11", "--nodes", "1", "--user", "pi"]
    #expect(try program.run(answers).status == 0)
    for name in ["kubeconfig", "rack.kubeconfig", "home-20261201T023012Z.tar.age", ".env"] {
      try program.folder.write(name, "")
    }
    let shown = try Command.run(
      ["sh", "-c", "cd \"$1\" && git init -q . && git status --short --untracked-files=all", "sh", program.folder.path])
    #expect(shown.split(separator: "\n").sorted() == ["?? .gitignore", "?? hearth.yaml", "?? inventory.schema.json"])

    try program.folder.write(".gitignore", "mine\n")
    #expect(try program.run(answers + ["--force"]).status == 0)
    #expect(try program.folder.read(".gitignore") == "mine\n")
  }

  @Test func `Other tools' apply is up, and files of resources have a command of their own`() throws {
    try program.inventory()
    try program.folder.write("extras.yaml", "items: [")
    let old = try program.run("apply", "extras.yaml", "--dry-run")
    #expect(old.status == 2)
    #expect(old.text.contains("`hearth host apply`"))
    #expect(old.text.contains("extras.yaml:"))
    let same = try program.run("host", "apply", "extras.yaml", "--dry-run")
    #expect(same.status == 2)
    #expect(!same.text.contains("note:"))
    #expect(try program.run("apply", "plan.json").text.contains("this is not a saved plan"))
  }

  @Test func `Only the rack's own backups are listed and deleted, and the newest stay`() throws {
    try program.inventory()
    let kept = program.folder.file("kept")
    try FileManager.default.createDirectory(atPath: kept, withIntermediateDirectories: true)
    let names = (1...4).map { "faults-2026112\($0)T023012Z.tar.age" }
    let others = ["fault-20261120T023012Z.tar", "faults-20261120.tar.age", "faults-20261120T023012Z.tar.age.part", "x"]
    for name in names + others { try program.folder.write("kept/\(name)", "x") }
    try FileManager.default.createSymbolicLink(
      atPath: "\(kept)/faults-20261129T023012Z.tar", withDestinationPath: "x")

    let list = try program.run("backup", "list", "--in", "kept", "--output", "json")
    #expect(list.status == 0)
    #expect(list.text.matches(of: /"file":"kept\/([^"]*)"/).map { String($0.1) } == names.reversed())

    #expect(try program.run("backup", "prune", "--keep", "0", "--in", "kept").status == 2)
    #expect(try program.run("backup", "prune", "--keep", "2", "--in", "kept").status == 3)
    #expect(try program.run("backup", "prune", "--keep", "2", "--in", "kept", "--dry-run").status == 0)
    #expect(try program.run("backup", "prune", "--keep", "9", "--in", "kept", "--yes").status == 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: kept).count == 9)
    #expect(try program.run("backup", "prune", "--keep", "2", "--in", "kept", "--yes").status == 0)
    let left = try FileManager.default.contentsOfDirectory(atPath: kept)
    #expect(Set(left) == Set(names.suffix(2) + others + ["faults-20261129T023012Z.tar"]))
  }

  @Test(arguments: [
    (["pi1"], ""), (["pi1", "--", "echo $HOME; id"], " 'echo $HOME; id'"),
    (["pi1", "--", "ls", "a b"], #" 'ls '\''a b'\'''"#),
  ])
  func `A login by hand is the inventory's, and its command reaches the host's shell alone`(
    words: [String], command: String
  ) throws {
    try program.inventory()
    let shown = try program.run(["ssh", "--print"] + words)
    #expect(shown.status == 0)
    #expect(shown.text == "ssh root@\(PrivateNetwork.address)\(command)\n")
  }

  @Test func `A kubeconfig for somebody replaces no file`() throws {
    try program.inventory()
    try program.folder.write("config", "mine")
    let result = try program.run("kubeconfig", "--user", "anna", "--to", "config")
    #expect(result.status == 2)
    #expect(result.text.contains("config: the file exists already"))
    #expect(try program.folder.read("config") == "mine")
  }

  @Test func `No login is made to a host that the inventory lacks`() throws {
    try program.inventory()
    let result = try program.run("ssh", "pi9")
    #expect(result.status == 2)
    #expect(result.text.contains("use one of: pi1"))
  }

  @Test(arguments: [
    ["--user", "system:masters"], ["--user", ""], ["--user", "a b"], ["--user", "anna", "--valid", "0d"],
    ["--user", "anna", "--valid", "366d"], ["--user", "anna", "--valid", "99w"], ["--user", "anna", "--valid", "1y"],
    ["--user", "anna", "--group", "system:masters"], ["--to", "x"], ["--user", "anna", "--to", "x", "--print"],
  ])
  func `A kubeconfig for somebody has a plain name, a known group and an end`(words: [String]) throws {
    try program.inventory()
    #expect(try program.run(["kubeconfig"] + words).status == 2)
    #expect(!FileManager.default.fileExists(atPath: program.folder.file("x")))
  }

  @Test func `A virtual rack or host that is not there is wrong use`() throws {
    for verb in ["kill", "exec", "shell"] {
      let result = try program.run("lab", verb, "--name", "nobody", "pi1")
      #expect(result.status == 2)
      #expect(result.text.contains("there is no virtual rack nobody"))
    }
    #expect(!FileManager.default.fileExists(atPath: program.folder.file("state/hearth/labs/nobody")))
  }

  @Test func `A missing artifact is listed as missing, and an unknown architecture is wrong use`() throws {
    try program.inventory()
    let list = try program.run("artifacts", "list", "--arch", "arm64")
    #expect(list.status == 0)
    #expect(list.text.contains("https://dl.k8s.io/release/v1.36.3/bin/linux/arm64/kubelet"))
    #expect(list.text.contains("not here yet: hearth artifacts fetch"))
    #expect(try program.run("artifacts", "verify", "--arch", "arm64").status == 1)
    #expect(try program.run("artifacts", "list", "--arch", "riscv").status == 2)
  }
}
