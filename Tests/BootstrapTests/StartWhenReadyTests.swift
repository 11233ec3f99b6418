import Foundation
import Templates
import TestSupport
import Testing

/// The program that the controller manager's unit starts, with a stand-in for `curl`.
struct StartWhenReadyTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder("hearth-ready") }

  /// - Parameter refusals: how often the API server says no before it is ready.
  private func start(refusals: Int) throws -> (output: String, asked: [String]) {
    let script = try folder.write("when-api-ready", Template.text(of: "kubernetes/when-api-ready"))
    let log = folder.file("asked")
    try folder.write(
      "curl",
      """
      #!/bin/sh
      echo "$*" >>'\(log)'
      [ "$(wc -l <'\(log)')" -gt \(refusals) ]
      """, mode: 0o755)
    // What is slept would be minutes in all.
    try folder.write("sleep", "#!/bin/sh\n", mode: 0o755)
    let output = try Command.run([
      "env", "PATH=\(folder.path):/usr/bin:/bin", "sh", script, "/etc/cm.pem", "printf", "%s|", "a b", "--kubeconfig=x",
    ])
    return (output, try folder.read("asked").split(separator: "\n").map(String.init))
  }

  @Test(arguments: [0, 3])
  func `The program starts with its own arguments once the API server is ready`(_ refusals: Int) throws {
    let (output, asked) = try start(refusals: refusals)
    #expect(output.hasPrefix("a b|--kubeconfig=x|"))
    #expect(asked.count == refusals + 1)
    #expect(asked.allSatisfy { $0.contains("--cert /etc/cm.pem") && $0.hasSuffix("https://127.0.0.1:6443/readyz") })
  }

  @Test func `It starts in the end where the API server never is`() throws {
    let (output, asked) = try start(refusals: 100_000)
    #expect(output.hasPrefix("a b|--kubeconfig=x|"))
    #expect(asked.count == 241)
  }
}
