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
      (nil, "The file doesn’t exist"), ("{}", "`version` is missing"), ("no json", "not valid JSON"),
    ] as [(String?, String)])
  func `What is no saved plan is refused without a stack of codes`(content: String?, reason: String) throws {
    try program.inventory()
    if let content { try program.folder.write("plan.json", content) }
    let result = try program.run("up", "plan.json")
    #expect(result.status == 2)
    #expect(result.text.contains("plan.json: this is no saved plan"))
    #expect(result.text.contains(reason))
    #expect(!result.text.contains("Error Domain"))
    #expect(!result.text.contains("DecodingError"))
  }

  @Test func `Unknown options end with 2`() throws {
    #expect(try program.run("up", "--frobnicate").status == 2)
    #expect(try program.run("frobnicate").status == 2)
    #expect(try program.run("--version").status == 0)
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
