import Foundation
import TestSupport
import Testing

/// Registries of the rack's owner: a real one with an authority of its own and a password, in the rack's network.
extension ClusterTests {
  /// An authority and a server's certificate of it, below the rack's folder.
  private func certificate() throws -> (authority: String, file: String, key: String) {
    try rack.folder.shell(
      """
      mkdir -p registry && cd registry
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=house -days 2 \
        -keyout ca.key -out ca.crt
      openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=registry -keyout key -out request
      printf 'subjectAltName=IP:10.77.0.1\\n' >names
      openssl x509 -req -in request -CA ca.crt -CAkey ca.key -CAcreateserial -days 1 -extfile names -out certificate
      """)
    return (
      rack.folder.file("registry/ca.crt"), rack.folder.file("registry/certificate"), rack.folder.file("registry/key")
    )
  }

  /// The smoke test's image under the name of the registry's, with its own mark so that no node has it.
  private func pushed(_ name: String, to port: UInt16, _ inRack: [String]) throws {
    let archive = try native("10.77.0.1:\(port)/shop/\(name):1")
    let word = Data("me:secret words".utf8).base64EncodedString()
    try rack.folder.write("config.json", #"{"auths":{"10.77.0.1:\#(port)":{"auth":"\#(word)"}}}"#)
    try Command.run(
      inRack + ["env", "DOCKER_CONFIG=\(rack.folder.path)", HearthProgram.path, "image", "push", archive]
        + ["10.77.0.1:\(port)/shop/\(name):1", "--plain-http"])
  }

  /// Starts a pod whose image must be pulled; its log, or why there is none.
  private func pulled(_ name: String, _ image: String) throws -> String {
    let pod = """
      apiVersion: v1
      kind: Pod
      metadata: {name: \(name)}
      spec:
        nodeName: pi2
        restartPolicy: Never
        containers: [{name: it, image: '\(image)', imagePullPolicy: Always, command: [sh, -c, 'echo from the shop']}]
      """
    defer { _ = try? rack.kubectl("delete", "pod", name, "--grace-period=1") }
    _ = try rack.inside("pi1", "sh", "-c", "printf '%s' \"$1\" >/tmp/shop.yaml", "sh", pod)
    _ = try rack.kubectl("apply", "-f", "/tmp/shop.yaml")
    for _ in 0..<240 {
      let state = try rack.kubectl(
        "get", "pod", name, "-o",
        "jsonpath={.status.phase} {.status.containerStatuses[0].state.waiting.reason}")
      if state.hasPrefix("Succeeded") { return try rack.kubectl("logs", name) }
      if state.hasPrefix("Failed") || state.contains("ErrImagePull") || state.contains("ImagePullBackOff") {
        return state
      }
      Thread.sleep(forTimeInterval: 0.5)
    }
    return "nothing in time"
  }

  @Test(
    "pods get images from a registry with its own authority and password, and from a mirror, and none once it left the list",
    .enabled(if: ContainerRegistry.missing == nil))
  func ownRegistry() throws {
    let inRack = ["ip", "netns", "exec", "hearth-\(rack.lab)"]
    // Filled without TLS, then served with it: the push is another test's.
    let (port, mirrorPort): (UInt16, UInt16) = (5443, 5080)
    let store = rack.folder.file("shop")
    do {
      let open = try ContainerRegistry(.open, address: "10.77.0.1", port: port, wrapper: inRack, store: store)
      try pushed("box", to: open.port, inRack)
    }
    let certificate = try certificate()
    let registry = try ContainerRegistry(
      .password, address: "10.77.0.1", port: port, wrapper: inRack, store: store,
      certificate: (certificate.file, certificate.key))
    let mirror = try ContainerRegistry(.open, address: "10.77.0.1", port: mirrorPort, wrapper: inRack, store: store)
    let image = "10.77.0.1:\(registry.port)/shop/box:1"
    #expect(try pulled("stranger", image).contains("ImagePull"))

    let with = try inventory(
      "registries",
      [
        (
          "\n  addons:\n",
          """

            registries:
              - {name: "10.77.0.1:\(port)", authority: ./registry/ca.crt, user: me, password: "${SHOP_PASSWORD}"}
              - {name: shop.example, mirrors: ["http://10.77.0.1:\(mirror.port)"]}
            addons:

          """
        )
      ])
    let program = HearthProgram(folder: rack.folder, environment: hearth.environment + ["SHOP_PASSWORD=secret words"])
    let applied = try program.run("up", "--inventory", with, "--yes", "--skip-smoke", "--output", "json")
    #expect(applied.status == 0, "\(applied.output.suffix(2000)) \(applied.errors)")
    let word = Data("me:secret words".utf8).base64EncodedString()
    #expect(
      !applied.output.contains(word) && !applied.errors.contains(word) && !applied.output.contains("secret words"))
    #expect(try program.changesLeft(with) == [:])
    #expect(try pulled("guest", image) == "from the shop")
    #expect(try pulled("reflection", "shop.example/shop/box:1") == "from the shop")
    #expect(try rack.inside("pi2", "stat", "-c", "%a %U", "/var/lib/kubelet/config.json") == "600 root")

    let without = try up(rack.folder.file("hearth.yaml"))
    #expect(without.status == 0, "\(without.output.suffix(2000)) \(without.errors)")
    try hearth.expectNothingLeft()
    for host in ["pi1", "pi2", "pi3", "pi4"] {
      let left = "ls -d /var/lib/kubelet/config.json /etc/hearth/registries /etc/containerd/certs.d 2>/dev/null; :"
      #expect(try rack.inside(host, "sh", "-c", left) == "", "\(host)")
    }
    #expect(try pulled("late", image).contains("ImagePull"))
    for name in [image, "shop.example/shop/box:1"] { forget(name) }
  }
}
