import Diagnostics
import Foundation
import Subprocess

#if canImport(System)
  import System
#else
  import SystemPackage
#endif

/// A program that keeps docker's passwords: `docker-credential-NAME get` takes the registry on standard input and answers
/// on standard output. Neither what it is given nor what it answers is in a command line, a log or an error.
struct CredentialHelper: Sendable {
  /// The file that names it.
  let file: String
  private let program: String
  private let environment: [String: String]

  /// - Parameters:
  ///   - name: without `docker-credential-`.
  ///   - environment: what the program gets; `PATH` says where it is looked for.
  init(_ name: String, file: String, environment: [String: String]) {
    program = "docker-credential-\(name)"
    self.file = file
    self.environment = environment
  }

  /// nil where it keeps none for that server.
  ///
  /// - Throws: ``HearthError`` `local` when the program is missing, fails or answers something else, `cancelled`.
  func credential(for server: String) async throws(HearthError) -> RegistryCredential? {
    let result: ExecutionResult<Void, StringOutput<UTF8>, StringOutput<UTF8>>
    do {
      result = try await Subprocess.run(
        .name(program), arguments: ["get"], environment: .custom(variables),
        input: .fileDescriptor(Self.written(server), closeAfterSpawningProcess: true),
        output: .string(limit: 1 << 16), error: .string(limit: 1 << 16))
    } catch is CancellationError {
      throw HearthError(.cancelled, "stopped while \(program) was running")
    } catch {
      throw failure("\(program), which keeps docker's passwords, cannot be run", cause: error.reason)
    }
    guard result.terminationStatus.isSuccess else {
      if Task.isCancelled { throw HearthError(.cancelled, "stopped while \(program) was running") }
      let words = Self.words(result.standardOutput)
      if words == "credentials not found in native keychain" { return nil }
      throw failure(
        "\(program) gave no password for \(server)",
        cause: [words, Self.words(result.standardError)].compactMap { $0 }.first { !$0.isEmpty })
    }
    guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(result.standardOutput.utf8)) else {
      throw failure("\(program) answered something that is not a JSON object with Username and Secret", cause: nil)
    }
    return answer.credential
  }

  /// A pipe with the whole question in it before anybody reads: a helper that ends without reading breaks nothing.
  private static func written(_ text: String) throws -> FileDescriptor {
    let (reading, writing) = try FileDescriptor.pipe()
    defer { try? writing.close() }
    try writing.writeAll(text.utf8)
    return reading
  }

  private var variables: [Environment.Key: String] {
    Dictionary(
      environment.compactMap { name, value in Environment.Key(rawValue: name).map { ($0, value) } },
      uniquingKeysWith: { $1 })
  }

  private func failure(_ message: String, cause: String?) -> HearthError {
    HearthError(
      .local, message, subject: Subject(file: file),
      hint: "Install or repair it, log in once more, or give --username NAME --password-stdin.", cause: cause,
      command: "command -v \(program.shellQuoted)")
  }

  /// What a helper that fails says, which is on standard output; nil where it might hold a password.
  private static func words(_ output: String) -> String? {
    let text = output.trimmingCharacters(in: .whitespacesAndNewlines)
    return text.contains("{") || text.contains("Secret") ? nil : String(text.prefix(300))
  }

  private struct Answer: Decodable {
    var username: String
    var secret: Secret<String>

    enum CodingKeys: String, CodingKey {
      case username = "Username"
      case secret = "Secret"
    }

    init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      username = try values.decode(String.self, forKey: .username)
      secret = Secret(try values.decode(String.self, forKey: .secret))
    }

    var credential: RegistryCredential? {
      guard !secret.reveal().isEmpty else { return nil }
      return username == "<token>" ? .identityToken(secret) : .password(user: username, secret)
    }
  }
}
