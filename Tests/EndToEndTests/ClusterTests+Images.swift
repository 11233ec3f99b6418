import Foundation
import TestSupport
import Testing

/// Images that people bring to the nodes and to registries.
extension ClusterTests {
  private static let hosts = ["pi1", "pi2", "pi3", "pi4"]

  struct Packed: Decodable {
    var reference: String
    var archive: String
  }

  /// The sample program in an image; a custom section makes it different from all others.
  func packed(_ name: String) throws -> Packed {
    let samples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../templates/wasm")
    var module = try Data(contentsOf: samples.appending(path: "trial-module.wasm"))
    let mark = Array(UUID().uuidString.utf8)
    module += [0, UInt8(mark.count + 1), UInt8(mark.count)] + mark
    let file = try rack.folder.write("\(name).wasm", module)
    let result = try hearth.run("image", "pack", file, "--output", "json")
    try #require(result.status == 0, "\(result.errors)")
    return try result.document(Packed.self)
  }

  /// A native image: the smoke test's own under another name.
  func native(_ reference: String) throws -> String {
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(EndToEnd.artifacts)/images")
    let archive = try #require(names.first { $0.hasPrefix("smoke-") && $0.hasSuffix(".tar") })
    try rack.folder.shell(
      "mkdir -p box && tar -xf '\(EndToEnd.artifacts)/images/\(archive)' -C box && "
        + "sed -i 's#hearth.local/smoke:[0-9a-f]*#\(reference)#' box/index.json && rm -f box/manifest.json && "
        + "tar -cf box.tar -C box oci-layout index.json blobs")
    return rack.folder.file("box.tar")
  }

  private func has(_ reference: String, _ host: String) throws -> Bool {
    try rack.inside(host, "ctr", "-n", "k8s.io", "images", "ls", "-q").split(separator: "\n").contains {
      $0 == reference
    }
  }

  private func compiledModules(_ host: String) throws -> Set<Substring> {
    Set(try rack.inside(host, "find", "/var/lib/hearth/wasm", "-name", "*.cwasm").split(separator: "\n"))
  }

  /// - Returns: how much changed.
  private func load(_ archive: String) throws -> Int {
    let result = try hearth.run("image", "load", archive, "--yes", "--output", "json")
    let summary = try #require(try result.lines(EventLine.self).last?.summary, "\(result.output) \(result.errors)")
    #expect(result.status == 0 && summary.result == "done", "\(result.output) \(result.errors)")
    return summary.changed
  }

  func forget(_ reference: String) {
    let name = String(reference.map { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" ? $0 : "_" })
    for host in Self.hosts {
      _ = try? rack.inside(
        host, "sh", "-c",
        "rm -f '/etc/hearth/images.d/\(name)' '/var/lib/hearth/images/\(name).tar'; ctr -n k8s.io images rm '\(reference)'"
      )
    }
  }

  /// Runs a pod to its end and returns its log.
  private func ran(_ name: String, _ image: String, on node: String, isWebAssembly: Bool, _ command: String) throws
    -> String
  {
    let runtime = isWebAssembly ? "runtimeClassName: wasmtime, " : ""
    let pod = """
      apiVersion: v1
      kind: Pod
      metadata: {name: \(name)}
      spec:
        {\(runtime)nodeName: \(node), restartPolicy: Never, containers: [
          {name: it, image: '\(image)', imagePullPolicy: Never, \(command)}]}
      """
    defer { _ = try? rack.kubectl("delete", "pod", name, "--wait=false") }
    try rack.inside(
      "pi1", "sh", "-c", "echo \"$1\" | kubectl --kubeconfig=/etc/kubernetes/admin.conf apply -f -", "sh", pod)
    for _ in 0..<120 {
      let phase = try rack.kubectl("get", "pod", name, "-o", "jsonpath={.status.phase}")
      if phase == "Succeeded" { return try rack.kubectl("logs", name) }
      if phase == "Failed" { break }
      usleep(500_000)
    }
    let description = try rack.kubectl("describe", "pod", name)
    throw Command.Failure(description: "the pod \(name) did not succeed: \(description)")
  }

  @Test("a WebAssembly image comes to all nodes compiled, once, and a pod runs it")
  func loadedModule() throws {
    let image = try packed("shelf")
    defer { forget(image.reference) }
    let before = try Self.hosts.map(compiledModules)
    // Archive, line and image on each; the folder of lines where this is the first.
    #expect([12, 16].contains(try load(image.archive)))
    for (host, known) in zip(Self.hosts, before) {
      #expect(try has(image.reference, host))
      #expect(try compiledModules(host).subtracting(known).count == 1, "not compiled on \(host)")
    }
    #expect(try load(image.archive) == 0)
    #expect(
      try ran("shelf", image.reference, on: "pi3", isWebAssembly: true, "args: [hello]") == "hello from embedded swift")
    // What containerd lost comes back where it is missing, and nowhere else.
    try rack.inside("pi2", "ctr", "-n", "k8s.io", "images", "rm", "--sync", image.reference)
    #expect(try load(image.archive) == 1)
    #expect(try has(image.reference, "pi2"))

    let remove = ["image", "remove", image.reference, "--yes", "--output", "json"]
    let overrides = #"{"spec":{"runtimeClassName":"wasmtime"}}"#
    _ = try rack.kubectl(
      "run", "user", "--image=\(image.reference)", "--image-pull-policy=Never", "--overrides=\(overrides)", "--",
      "sleep",
      "600")
    _ = try rack.kubectl("wait", "--for=condition=Ready", "pod/user", "--timeout=120s")
    let used = try hearth.start(remove).end()
    #expect(used.status != 0 && used.output.contains("containers use it"), "\(used.output)")
    _ = try rack.kubectl("delete", "pod", "user", "--grace-period=1")
    let own = try rack.inside("pi1", "cut", "-d", " ", "-f", "1", "/etc/hearth/images").split(separator: "\n")
    let needed = try hearth.run("image", "remove", String(try #require(own.first)), "--yes", "--output", "json")
    #expect(needed.status != 0 && needed.output.contains("the cluster itself needs it"), "\(needed.output)")
    var removed = try hearth.start(remove).end()
    // A kubelet keeps the container of a deleted pod for a while.
    for _ in 0..<60 where removed.status != 0 {
      sleep(2)
      removed = try hearth.start(remove).end()
    }
    #expect(removed.status == 0, "\(removed.output)")
    for host in Self.hosts {
      #expect(try !has(image.reference, host))
      #expect(try !rack.inside(host, "sh", "-c", "ls /etc/hearth/images.d /var/lib/hearth/images").contains("shelf"))
    }
    let nothing = try hearth.start(remove).end()
    #expect(nothing.output.contains("no node that answers has"), "\(nothing.output)")
  }

  @Test("a container's archive comes to all nodes; one for another processor is refused")
  func loadedContainer() throws {
    let reference = "shop.example/box:1"
    let archive = try native(reference)
    defer { forget(reference) }
    #expect([12, 16].contains(try load(archive)))
    #expect(try load(archive) == 0)
    #expect(
      try ran("box", reference, on: "pi4", isWebAssembly: false, "command: [sh, -c, 'echo from the box']")
        == "from the box")
    try rack.folder.shell(
      "cd box && sed -i 's/\"architecture\":\"[a-z0-9]*\"/\"architecture\":\"riscv64\"/' blobs/sha256/* index.json")
    try rack.folder.shell("tar -cf other.tar -C box oci-layout index.json blobs")
    let refused = try hearth.run("image", "load", rack.folder.file("other.tar"), "--yes", "--output", "json")
    #expect(refused.status == 3 && refused.output.contains("no image for linux/"), "\(refused.output)")
  }

  @Test("a pushed image is pulled by a node's containerd", .enabled(if: ContainerRegistry.missing == nil))
  func pushedImage() throws {
    let inRack = ["ip", "netns", "exec", "hearth-\(rack.lab)"]
    let registry = try ContainerRegistry(.password, address: "10.77.0.1", port: 5000, wrapper: inRack)
    let image = try packed("parcel")
    let reference = "10.77.0.1:\(registry.port)/shop/parcel:1"
    defer { forget(reference) }
    let word = Data("me:secret words".utf8).base64EncodedString()
    try rack.folder.write("config.json", #"{"auths":{"10.77.0.1:\#(registry.port)":{"auth":"\#(word)"}}}"#)
    func push() throws -> String {
      try Command.run(
        inRack + [
          "env", "DOCKER_CONFIG=\(rack.folder.path)", HearthProgram.path, "image", "push", image.archive, reference,
        ]
          + ["--plain-http"])
    }
    let first = try push()
    #expect(first.components(separatedBy: "  sent").count == 4, "\(first)")
    #expect(try push().components(separatedBy: "is there already").count == 4)
    try rack.inside(
      "pi2", "ctr", "-n", "k8s.io", "images", "pull", "--plain-http", "--user", "me:secret words", reference)
    #expect(
      try ran("parcel", reference, on: "pi2", isWebAssembly: true, "args: [hello]") == "hello from embedded swift")
  }

  @Test("without WebAssembly nothing of it stays, and it comes back")
  func webAssemblyLeavesAndComesBack() throws {
    let file = rack.folder.file("hearth.yaml")
    let inventory = try String(contentsOfFile: file, encoding: .utf8)
    let without = rack.folder.file("without-wasm.yaml")
    try inventory.replacing("wasm: auto", with: "wasm: none").write(toFile: without, atomically: true, encoding: .utf8)
    let left = try hearth.run("up", "--inventory", without, "--yes", "--output", "json")
    #expect(left.status == 0, "\(left.output.suffix(2000)) \(left.errors)")
    for host in Self.hosts {
      let found = try rack.inside(
        host, "sh", "-c",
        "ls -d /usr/local/lib/hearth/*wasm* /etc/hearth/wasm.json /var/lib/hearth/wasm* /etc/systemd/system/*wasm* 2>/dev/null; "
          + "grep wasm /etc/containerd/config.toml; :")
      #expect(found.isEmpty, "\(host): \(found)")
    }
    #expect(try rack.kubectl("get", "nodes", "-l", "hearth.local/wasm", "-o", "name").isEmpty)
    #expect(try rack.kubectl("get", "runtimeclasses", "-o", "name").isEmpty)
    let idle = try hearth.run("up", "--inventory", without, "--yes", "--skip-smoke", "--output", "json")
    #expect(try idle.lines(EventLine.self).last?.summary?.changed == 0)

    let back = try hearth.run("up", "--yes", "--output", "json")
    #expect(back.status == 0, "\(back.output.suffix(2000)) \(back.errors)")
    #expect(back.output.contains("wasm/pi4/component"))
    #expect(try rack.kubectl("get", "nodes", "-l", "hearth.local/wasm", "-o", "name").split(separator: "\n").count == 4)
  }
}
