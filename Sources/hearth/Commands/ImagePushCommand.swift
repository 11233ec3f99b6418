import ArgumentParser
import Artifacts
import Diagnostics
import Foundation
import HTTP

struct ImagePushCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "push",
    abstract: "Bring an image archive to a registry; what the registry has is not sent again.",
    discussion: """
      Who may push is known from `docker login` or `podman login`, their credential helpers among it, or given with
      --username and --password-stdin. Examples:

        hearth image push web.tar registry.example/shop/web:1.0
        hearth image push web.tar localhost:5000/web:1.0
        pass show registry | hearth image push web.tar registry.example/web:1.0 --username me --password-stdin
      """.flowing
  )

  @Argument(help: "An image archive.", completion: .file(extensions: ["tar"]))
  var file: String

  @Argument(help: "Registry, name and tag, such as registry.example/shop/web:1.0.")
  var reference: String

  @Option(help: ArgumentHelp("The name to log in with.", valueName: "login")) var username: String?

  @Flag(help: "Read the password, or a token, from standard input.") var passwordStdin = false

  @Flag(help: "Without TLS. A registry on this machine needs none in any case.") var plainHTTP = false

  @Option(
    name: .customLong("ca-file"),
    help: ArgumentHelp("Certificate authorities to trust instead of the system's, in PEM.", valueName: "file"),
    completion: .file())
  var authorities: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard passwordStdin == (username != nil) else {
      throw ValidationError("--username and --password-stdin belong together")
    }
  }

  func run() async throws {
    let reference = try target
    let access = RegistryAccess.push(try await credential(for: reference.host), isPlain: plainHTTP)
    let isText = output.output == .text
    let http = HTTPClient(options: HTTPOptions(caFile: authorities))
    let pushed = try await ImageArchive(path: file).push(to: reference, access: access, http: http) {
      digest, bytes, isNew in
      guard isText else { return }
      Terminal.writeError("\(digest.prefix(19))  \(Quantity.bytes(bytes))  \(isNew ? "sent" : "is there already")\n")
    }
    switch output.output {
    case .json: try JSONSink.write(pushed, as: .imagePush)
    case .text: Terminal.writeOutput("\(pushed.reference)@\(pushed.digest)\n")
    }
  }

  private var target: ImageReference {
    get throws(HearthError) {
      do throws(HearthError) {
        return try ImageReference(reference)
      } catch {
        throw HearthError(
          .usage, error.message, hint: "Write registry, name and tag, as in registry.example/shop/web:1.0.")
      }
    }
  }

  private func credential(for host: String) async throws(HearthError) -> RegistryCredential? {
    guard let username else {
      return try await DockerLogins(environment: ProcessInfo.processInfo.environment).credential(for: host)
    }
    guard let password = readLine(), !password.isEmpty else {
      throw HearthError(
        .usage, "no password came on standard input", hint: "Pipe it in, or leave --password-stdin away.")
    }
    return .password(user: username, Secret(password))
  }
}
