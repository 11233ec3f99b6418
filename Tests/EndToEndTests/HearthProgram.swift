import Foundation
import TestSupport
import Testing

/// The built program, run as a person would run it, with state and configuration of its own.
struct HearthProgram: Sendable {
  struct Result: Sendable {
    var status: Int32
    /// What it wrote to standard output.
    var output: String
    /// What it wrote to standard error.
    var errors: String

    /// Its standard output as JSON lines.
    func lines<Line: Decodable>(_ type: Line.Type) throws -> [Line] {
      try output.split(separator: "\n").map { try JSONDecoder().decode(type, from: Data($0.utf8)) }
    }

    /// What it said, where it did not end well: a test that expects none shows why there was one.
    var failure: String? { status == 0 ? nil : "exit \(status): \(output.suffix(2000)) \(errors.suffix(2000))" }

    func document<Document: Decodable>(_ type: Document.Type) throws -> Document {
      try JSONDecoder().decode(type, from: Data(output.utf8))
    }
  }

  /// A run that goes on while the test does.
  struct Run: Sendable {
    let process: ChildProcess
    let outputFile: String
    let errorFile: String
    /// It was asked for JSON: whatever it prints is held against its schemas.
    let isJSON: Bool

    var output: String { (try? String(contentsOfFile: outputFile, encoding: .utf8)) ?? "" }

    func end() -> Result {
      let status = process.wait()
      defer { for file in [outputFile, errorFile] { try? FileManager.default.removeItem(atPath: file) } }
      let result = Result(
        status: status, output: output, errors: (try? String(contentsOfFile: errorFile, encoding: .utf8)) ?? "")
      if isJSON, JSONForms.missing == nil {
        // A run that was killed may end in the middle of a line.
        let whole = result.output.lastIndex(of: "\n").map { String(result.output[...$0]) } ?? ""
        let judged = try? JSONForms.judge(whole, program: HearthProgram.path)
        #expect(judged?.faults == [], "what was printed is not what its schema says")
      }
      return result
    }
  }

  let folder: TemporaryFolder
  /// `NAME=VALUE`.
  let environment: [String]

  /// `HEARTH_PROGRAM`, which `scripts/test` sets to the program as it is shipped; otherwise the one that was built together
  /// with the tests, which lies beside them.
  static let path: String = {
    if let named = ProcessInfo.processInfo.environment["HEARTH_PROGRAM"], !named.isEmpty { return named }
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
    return URL(fileURLWithPath: own).deletingLastPathComponent().appending(path: "hearth").path
  }()

  func start(_ arguments: [String]) throws -> Run {
    let name = UUID().uuidString
    let (output, errors) = (folder.file("\(name).out"), folder.file("\(name).err"))
    let descriptors = try [output, errors].map { path in
      let descriptor = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw Command.Failure(description: "cannot write \(path)") }
      return descriptor
    }
    defer { for descriptor in descriptors { close(descriptor) } }
    let process = try ChildProcess(
      ["env"] + environment + [Self.path] + arguments, output: descriptors[0], errors: descriptors[1])
    return Run(
      process: process, outputFile: output, errorFile: errors,
      isJSON: zip(arguments, arguments.dropFirst()).contains { $0 == ("--output", "json") })
  }

  func run(_ arguments: String...) throws -> Result { try start(arguments).end() }
}
