import Diagnostics
import Foundation
import Testing
import Yams

@testable import Bootstrap

struct KubeconfigMergeTests {
  static let addition = """
    apiVersion: v1
    kind: Config
    clusters:
      - name: home
        cluster:
          server: https://10.0.0.1:6443
    users:
      - name: home-admin
        user:
          client-key-data: bmV3
    contexts:
      - name: home
        context:
          cluster: home
          user: home-admin
    current-context: home

    """

  static let work = """
    apiVersion: v1
    kind: Config
    preferences:
      colors: true
    clusters:
      - name: work
        cluster:
          server: "https://work:6443"
          insecure-skip-tls-verify: false
    users:
      - name: work
        user:
          exec:
            command: login
            args: ["--quick", "007"]
    contexts:
      - name: work
        context: {cluster: work, user: work, namespace: team}
    current-context: work
    extra: "0123"

    """

  @Test(arguments: [nil, "", "\n", "---\n"])
  func withoutAFileItIsTheAddition(existing: String?) throws {
    #expect(try KubeconfigMerge.merged(Self.addition, into: existing) == Self.addition)
  }

  @Test func everythingElseStays() throws {
    let text = try KubeconfigMerge.merged(Self.addition, into: Self.work)
    let before = try #require(try Yams.load(yaml: Self.work) as? [String: Any])
    let after = try #require(try Yams.load(yaml: text) as? [String: Any])
    for list in ["clusters", "users", "contexts"] {
      let old = try #require(before[list] as? [[String: Any]])
      let new = try #require(after[list] as? [[String: Any]])
      #expect(new.count == 2)
      #expect(NSDictionary(dictionary: new[0]) == NSDictionary(dictionary: old[0]))
    }
    #expect(after["current-context"] as? String == "home")
    #expect(after["extra"] as? String == "0123")
    #expect((after["preferences"] as? [String: Bool]) == ["colors": true])
  }

  @Test func theSameNameIsReplacedAndTwiceIsLikeOnce() throws {
    let once = try KubeconfigMerge.merged(Self.addition, into: Self.work)
    #expect(try KubeconfigMerge.merged(Self.addition, into: once) == once)
    let newer = Self.addition.replacing("bmV3", with: "bmV3ZXI=")
    let twice = try KubeconfigMerge.merged(newer, into: once)
    #expect(twice.contains("bmV3ZXI="))
    #expect(!twice.contains("bmV3\n"))
  }

  @Test(arguments: ["just text", "- a\n- list\n", "clusters: 7\n", "a: [b\n  secret-token"])
  func whatIsNoKubeconfigIsLeftAlone(existing: String) throws {
    let error = #expect(throws: HearthError.self) { try KubeconfigMerge.merged(Self.addition, into: existing) }
    #expect(error.map { "\($0)".contains("secret-token") } == false)
  }

  @Test func theFileIsPrivateBackedUpAndItsLockIsGone() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "kubeconfig-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/.kube/config"
    try KubeconfigMerge.merge(Secret(Self.work), into: path)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    try KubeconfigMerge.merge(Secret(Self.addition), into: path)
    let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? NSNumber
    #expect(mode?.intValue == 0o600)
    #expect(try String(contentsOfFile: "\(path).hearth-backup", encoding: .utf8) == Self.work)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: "\(folder)/.kube").sorted() == [
        "config", "config.hearth-backup",
      ])
  }

  @Test func aLockThatSomebodyHoldsStops() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "kubeconfig-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try Data().write(to: URL(fileURLWithPath: "\(folder)/config.lock"))
    let error = #expect(throws: HearthError.self) {
      try KubeconfigMerge.merge(Secret(Self.addition), into: "\(folder)/config")
    }
    #expect(error?.code == .locked)
    #expect(!FileManager.default.fileExists(atPath: "\(folder)/config"))
  }
}
