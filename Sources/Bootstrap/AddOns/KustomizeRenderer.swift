import Artifacts
import Diagnostics
import Foundation
import Inventory
import SSH
import Templates
import Untrusted

/// Makes manifests of Kustomize trees, by `kubectl kustomize` of the rack's own release: on this machine where that kubectl
/// runs here, else on a control plane.
struct KustomizeRenderer {
  enum Place {
    /// A verified kubectl for this machine.
    case here(LocalFile)
    /// Control planes, the first that has a kubectl is taken.
    case hosts([any RootShell])
  }

  let place: Place

  /// No git, and a proxy that nobody answers on: the tree was looked at, and what was overseen fetches nothing.
  static let fence = [
    "PATH=/nonexistent", "HTTPS_PROXY=http://127.0.0.1:1", "HTTP_PROXY=http://127.0.0.1:1",
    "ALL_PROXY=http://127.0.0.1:1",
  ]

  /// - Throws: `inventory` with kubectl's own words and, where they name one, the file of the tree.
  func render(_ tree: KustomizeTree) async throws(HearthError) -> AddOnManifests {
    let output: [UInt8]
    switch place {
    case .here(let kubectl): output = try await render(tree, with: kubectl)
    case .hosts(let shells): output = try await render(tree, on: shells)
    }
    return try AddOnManifests.rendered(tree.addOn, output, file: tree.file)
  }

  private func render(_ tree: KustomizeTree, with kubectl: LocalFile) async throws(HearthError) -> [UInt8] {
    let scratch = try ScratchFolder("hearth-kustomize")
    defer { scratch.remove() }
    let (folder, program) = (KustomizeTree.real(scratch.path) + "/tree", "\(scratch.path)/kubectl")
    do {
      for (path, bytes) in tree.files {
        let file = URL(fileURLWithPath: "\(folder)/\(path)")
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
      }
      // A copy: files of the cache are not for running.
      try FileManager.default.copyItem(atPath: kubectl.path, toPath: program)
      try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: program)
    } catch {
      throw HearthError(
        .local, "the Kustomize tree cannot be written", subject: Subject(file: scratch.path), cause: "\(error)")
    }
    let words =
      ["60", "env", "-i"] + Self.fence + ["HOME=\(scratch.path)", program, "kustomize", "\(folder)/\(tree.root)"]
    do {
      return Array(try await LocalProgram.run("timeout", words).utf8)
    } catch {
      guard error.code == .local, !error.output.isEmpty else { throw error }
      throw Self.refusal(tree, error.output, folder: folder)
    }
  }

  /// For a control plane.
  static func program(_ tree: KustomizeTree, kubectl: String = "/usr/local/bin/kubectl") throws(HearthError) -> String {
    try Template("addons/kustomize").render(["fence": fence, "kubectl": kubectl, "root": tree.root])
  }

  private func render(_ tree: KustomizeTree, on shells: [any RootShell]) async throws(HearthError) -> [UInt8] {
    let program = try Self.program(tree)
    func line(_ path: String, _ bytes: [UInt8]) -> String {
      "\(Data(path.utf8).base64EncodedString()) \(Data(bytes).base64EncodedString())\n"
    }
    let input = tree.files.sorted { $0.key < $1.key }.map(line).joined()
    for shell in shells {
      let result = try await shell.run(program, input: Array(input.utf8), timeout: .seconds(90), onOutput: nil)
      // No kubectl there: a control plane that is still to come.
      if result.status == 127 { continue }
      if result.status == 0 { return result.standardOutput }
      var lines = result.errorText.filledLines
      let folder = lines.isEmpty ? "" : lines.removeFirst()
      throw Self.refusal(tree, lines.suffix(10), folder: folder).at(Subject(host: shell.host))
    }
    throw HearthError(
      .unsupported, "the Kustomize tree of the add-on \(tree.addOn.name) cannot be rendered",
      subject: Subject(file: tree.file),
      hint: "the rack's kubectl does not run on this machine, and no control plane that answers has one yet: run "
        + "`hearth up` without this add-on first, then with it")
  }

  /// kubectl's own words, with the tree's own paths in place of the copy's.
  static func refusal(_ tree: KustomizeTree, _ lines: some Sequence<String>, folder: String) -> HearthError {
    let said = lines.map { line in
      folder.isEmpty ? line : line.replacingOccurrences(of: folder, with: tree.base == "/" ? "" : tree.base)
    }
    let text = said.joined(separator: "\n")
    // By the whole path, else by a name that only one file of the tree has.
    let whole = tree.files.keys.filter { text.contains("\(tree.base)/\($0)") }
    let byName = tree.files.keys.filter { path in
      path.split(separator: "/").last.map { text.contains($0) } == true
        && !KustomizeTree.names.contains { path.hasSuffix($0) }
    }
    let named = whole.max { $0.utf8.count < $1.utf8.count } ?? (byName.count == 1 ? byName.first : nil)
    return HearthError(
      .inventory, "`kubectl kustomize` refuses the add-on \(tree.addOn.name)",
      subject: Subject(file: named.map { "\(tree.base)/\($0)" } ?? tree.file),
      hint: "correct the tree; `kubectl kustomize` by hand shows the same", output: said.map(\.visibleLine))
  }
}
