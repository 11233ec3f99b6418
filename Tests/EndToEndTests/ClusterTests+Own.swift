import Foundation
import TestSupport
import Testing

/// What people lay over their cluster: settings of its parts, manifests of their own. Every test leaves the rack as it found
/// it.
extension ClusterTests {
  /// The rack's inventory with other text in it, as a file of its own.
  func inventory(_ name: String, _ changes: [(String, String)]) throws -> String {
    var text = try String(contentsOfFile: rack.folder.file("hearth.yaml"), encoding: .utf8)
    for (old, new) in changes {
      #expect(text.contains(old), "the inventory has no \(old)")
      text = text.replacing(old, with: new)
    }
    let file = rack.folder.file("\(name).yaml")
    try text.write(toFile: file, atomically: true, encoding: .utf8)
    return file
  }

  func up(_ file: String) throws -> HearthProgram.Result {
    try hearth.run("up", "--inventory", file, "--yes", "--skip-smoke", "--output", "json")
  }

  @Test("settings of one's own reach the parts; one that does not work is named and taken back, and the part goes on")
  func ownSettings() throws {
    let pi4 = ("  - name: pi4\n", "  - name: pi4\n    settings: {kubelet: {maxPods: 20}}\n")
    let good = try inventory(
      "settings", [("\n  addons:\n", "\n  settings: {kubelet: {maxPods: 60}, scheduler: {v: 3}}\n  addons:\n"), pi4])
    let usual = try rack.inside("pi4", "grep", "maxPods", "/var/lib/kubelet/config.yaml")
    let set = try up(good)
    #expect(set.status == 0, "\(set.output.suffix(2000)) \(set.errors)")
    let pods = try rack.kubectl(
      "get", "nodes", "-o", "jsonpath={range .items[*]}{.metadata.name}={.status.capacity.pods} {end}")
    #expect(pods == "pi1=60 pi2=60 pi3=60 pi4=20")
    #expect(try rack.inside("pi1", "pgrep", "-af", "kube-scheduler").contains("--v=3"))
    try hearth.expectNothingLeft(good)

    let gates = ("  - name: pi4\n", "  - name: pi4\n    settings: {kubelet: {featureGates: {NoSuchGate: true}}}\n")
    for (wrong, unit, word, host) in [
      ("scheduler: {no-such-flag: 3}", "kube-scheduler", "no-such-flag", "pi1"),
      ("apiServer: {no-such-flag: 3}", "kube-apiserver", "no-such-flag", "pi1"),
      ("scheduler: {v: 3}", "kubelet", "NoSuchGate", "pi4"),
    ] {
      let bad = try inventory(
        "wrong-\(unit)",
        [
          ("\n  addons:\n", "\n  settings: {kubelet: {maxPods: 60}, \(wrong)}\n  addons:\n"),
          host == "pi4" ? gates : pi4,
        ])
      let refused = try up(bad)
      let failures = try refused.lines(EventLine.self).compactMap(\.error)
      #expect(refused.status != 0)
      #expect(
        failures.contains { $0.subject?.host == host && $0.message.contains(word) }, "\(failures)")
      #expect(try rack.inside(host, "systemctl", "is-active", unit) == "active")
      let files = try rack.inside(host, "cat", "/etc/systemd/system/\(unit).service", "/var/lib/kubelet/config.yaml")
      #expect(!files.contains(word))
    }

    let back = try up(rack.folder.file("hearth.yaml"))
    #expect(back.status == 0, "\(back.output.suffix(2000)) \(back.errors)")
    #expect(try rack.inside("pi4", "grep", "maxPods", "/var/lib/kubelet/config.yaml") == usual)
    try hearth.expectNothingLeft()
  }

  @Test("manifests of one's own are applied, waited for, put right, and gone when they leave the inventory")
  func ownManifests() throws {
    let image = try #require(
      try rack.inside("pi1", "cat", "/etc/hearth/images").split(separator: "\n")
        .compactMap { $0.split(separator: " ").first }.first { $0.contains("/smoke:") })
    try rack.folder.write(
      "greeting.yaml",
      """
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: greeting, namespace: greetings}
      spec:
        replicas: 2
        selector: {matchLabels: {app: greeting}}
        template:
          metadata: {labels: {app: greeting}}
          spec:
            terminationGracePeriodSeconds: 1
            containers: [{name: main, image: "\(image)", command: [/bin/sh, -c, sleep 100000]}]
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: nobody, namespace: greetings}
      spec: {podSelector: {}, policyTypes: [Ingress]}
      ---
      apiVersion: v1
      kind: Namespace
      metadata: {name: greetings}
      """)
    let with = try inventory(
      "greetings", [("    wasm: auto\n", "    wasm: auto\n    own: [{name: greeting, path: ./greeting.yaml}]\n")])
    let applied = try up(with)
    #expect(applied.status == 0, "\(applied.output.suffix(2000)) \(applied.errors)")
    func replicas() throws -> String {
      try rack.kubectl(
        "-n", "greetings", "get", "deployment", "greeting", "-o",
        "jsonpath={.spec.replicas} {.status.availableReplicas}")
    }
    #expect(try replicas() == "2 2")
    try hearth.expectNothingLeft(with)
    let status = try hearth.run("status", "--inventory", with)
    #expect(status.output.contains("1 NetworkPolicy exists (greetings 1) and nothing enforces it"), "\(status.output)")

    _ = try rack.kubectl("-n", "greetings", "scale", "deployment", "greeting", "--replicas=1")
    #expect(try hearth.changesLeft(with).keys.sorted() == ["pi1"])
    #expect(try up(with).failure == nil)
    #expect(try replicas() == "2 2")

    let without = try up(rack.folder.file("hearth.yaml"))
    #expect(without.status == 0, "\(without.output.suffix(2000)) \(without.errors)")
    let phase = try rack.kubectl(
      "get", "namespace", "greetings", "--ignore-not-found", "-o", "jsonpath={.status.phase}")
    #expect(phase != "Active")
    try hearth.expectNothingLeft()
  }

  /// The real one where the folder has it, or else the stand-in of scripts/build-images.
  private static let hasProvisioner =
    (try? FileManager.default.contentsOfDirectory(atPath: "\(RackArtifacts.folder)/images"))?
    .contains { $0.hasPrefix("local-path-provisioner-") && $0.hasSuffix(".tar") } == true

  @Test(
    "storage is chosen in the inventory: a claim outlives its pod, keeps its node in the rack, and leaves no trace",
    .enabled(if: hasProvisioner, "needs an image of local-path-provisioner in the artifact folder"))
  func storage() throws {
    let with = try inventory(
      "storage", [("    wasm: auto\n", "    wasm: auto\n    storage: {local: {path: /srv/hearth/volumes}}\n")])
    let listed = try hearth.run("artifacts", "list", "--inventory", with)
    #expect(listed.output.contains("local-path-provisioner"), "\(listed.output) \(listed.errors)")
    let applied = try up(with)
    #expect(applied.status == 0, "\(applied.output.suffix(2000)) \(applied.errors)")
    try hearth.expectNothingLeft(with)
    let smoke = try hearth.run("smoke", "--inventory", with, "--output", "json")
    let found = try smoke.lines(EventLine.self).last { $0.event == "condition" && $0.name == "storage" }
    #expect(smoke.status == 0 && found?.state == "passed", "\(smoke.output.suffix(3000)) \(smoke.errors)")

    let image = try #require(
      try rack.inside("pi1", "cat", "/etc/hearth/images").split(separator: "\n")
        .compactMap { $0.split(separator: " ").first }.first { $0.contains("/smoke:") })
    let manifest = """
      apiVersion: v1
      kind: PersistentVolumeClaim
      metadata: {name: diary}
      spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 3Mi}}}
      ---
      apiVersion: v1
      kind: Pod
      metadata: {name: writer}
      spec:
        nodeSelector: {kubernetes.io/hostname: pi4}
        terminationGracePeriodSeconds: 1
        containers:
          - {name: main, image: "\(image)", command: [/bin/sh, -c, "echo dear >/data/diary; sleep 9999"],
             volumeMounts: [{name: data, mountPath: /data}]}
        volumes: [{name: data, persistentVolumeClaim: {claimName: diary}}]
      """
    _ = try rack.inside("pi1", "sh", "-c", "printf '%s' \"$1\" >/tmp/diary.yaml", "sh", manifest)
    _ = try rack.kubectl("apply", "-f", "/tmp/diary.yaml")
    _ = try rack.kubectl("wait", "--for=condition=Ready", "pod/writer", "--timeout=120s")
    #expect(try rack.inside("pi4", "sh", "-c", "cat /srv/hearth/volumes/*_default_diary/diary") == "dear")
    let refused = try hearth.run("node", "remove", "pi4", "--inventory", with, "--yes")
    let named = refused.errors.contains("default/diary (3Mi)")
    #expect(refused.status != 0 && named, "\(refused.output) \(refused.errors)")

    _ = try rack.kubectl("delete", "pod/writer", "pvc/diary")
    for _ in 0..<120 where try rack.kubectl("get", "pv", "-o", "name") != "" { Thread.sleep(forTimeInterval: 0.5) }
    #expect(try rack.kubectl("get", "pv", "-o", "name") == "")
    #expect(try rack.inside("pi4", "ls", "/srv/hearth/volumes") == "")
    let without = try up(rack.folder.file("hearth.yaml"))
    #expect(without.status == 0, "\(without.output.suffix(2000)) \(without.errors)")
    #expect(try rack.kubectl("get", "storageclass", "-o", "name") == "")
    try hearth.expectNothingLeft()
  }
}
