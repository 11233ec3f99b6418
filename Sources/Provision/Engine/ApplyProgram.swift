import Diagnostics
import Templates

/// The program that makes the changes of one phase on one host: a step per change, in order.
struct ApplyProgram {
  struct Step {
    var resource: Resource
    var change: ResourceChange
  }

  let text: String
  let nonce: String
  /// Folder on the host, gone after a restart.
  let job: String
  let steps: [Step]
  /// Longest time that the whole may take.
  let timeout: Duration

  /// - Parameter lost: hosts that have failed before in this run.
  /// - Throws: what a ``Resource/Custom`` throws when it makes its program.
  init(
    _ steps: [Step], host: String, state: HostState, run: String, job: String, limits: Limits,
    lost: [String] = []
  ) throws(HearthError) {
    nonce = ObserveProgram.makeNonce()
    self.job = job
    self.steps = steps
    var text = try Template("host/apply.sh").render([
      "job": job, "run": run, "nonce": nonce, "aptWaitSeconds": Int(limits.aptLock.components.seconds),
      "aptStallSeconds": Int(limits.aptStall.components.seconds),
      "lostHosts": lost.sorted().joined(separator: " "),
    ])
    var body = ""
    var libraries: [String] = []
    var timeout = Duration.seconds(60) + limits.leftover + limits.aptLock
    for (index, step) in steps.enumerated() {
      let fragment: Fragment
      do {
        fragment = try step.resource.kind.fragment(step.change, on: state)
      } catch {
        throw error.at(Subject(host: host, step: step.change.id))
      }
      for library in fragment.libraries where !libraries.contains(library) { libraries.append(library) }
      body += "\n" + (try Self.text(of: fragment, index))
      timeout += fragment.timeout
    }
    // file.sh first: others call its functions.
    for library in libraries.sorted(by: { ($0 != "file.sh" ? $0 : "") < ($1 != "file.sh" ? $1 : "") }) {
      text += "\n" + (try Template.text(of: "host/kinds/\(library)"))
    }
    self.text = text + body + "\nfinish ok\n"
    self.timeout = timeout
  }

  private static func text(of fragment: Fragment, _ index: Int) throws(HearthError) -> String {
    guard fragment.isBounded else {
      return "step_\(index)() {\n\(fragment.script)}\nstep \(index) 0\n"
    }
    var text = "mkdir \"$job/files/\(index)\"\n"
    text += try file("$job/files/\(index).sh", Array(fragment.script.utf8))
    for (name, content) in fragment.files.sorted(by: { $0.key < $1.key }) {
      text += try file("$job/files/\(index)/\(name)", content)
    }
    // timeout counts whole seconds; 0 would mean no limit.
    return text + "step \(index) \(max(1, fragment.timeout.components.seconds))\n"
  }

  /// Writes a file into the job's folder, 0600.
  private static func file(_ path: String, _ content: [UInt8]) throws(HearthError) -> String {
    let name = path.dropFirst("$job/".count)
    let isPlain = name.utf8.allSatisfy { byte in
      UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
        || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "-_./".utf8.contains(byte)
    }
    guard isPlain, !name.split(separator: "/").contains("..") else {
      throw HearthError(.internalError, "\(name.debugDescription) cannot be the name of a step's file")
    }
    var text = ""
    let folder = path.split(separator: "/").dropLast().joined(separator: "/")
    if folder.split(separator: "/").count > 3 { text += "mkdir -p \"\(folder)\"\n" }
    return text + "(umask 077; base64 -d >\"\(path)\") <<'END_OF_FILE'\n\(content.base64Lines)END_OF_FILE\n"
  }
}
