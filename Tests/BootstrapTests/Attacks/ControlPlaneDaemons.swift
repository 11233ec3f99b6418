import Diagnostics
import Foundation
import PKI
import Provision
import TestSupport
import Testing

@testable import Bootstrap

/// etcd, API server and controller manager with the flags and the files that hearth gives to a host, on free ports of the
/// loopback. They end with this object.
final class ControlPlaneDaemons: Sendable {
  private let folder: TemporaryFolder
  private let port: UInt16
  private let processes: [ChildProcess]

  private static let programs: String = {
    #if arch(arm64)
      let architecture = "arm64"
    #else
      let architecture = "amd64"
    #endif
    return "\(RackArtifacts.folder)/release/\(RackArtifacts.kubernetes)/bin/linux/\(architecture)"
  }()

  /// Debian's, which `scripts/test` unpacks; or the archive of upstream's that lies beside a newer Kubernetes.
  private static let etcd: String = {
    if RackArtifacts.usesPackages { return "\(Folders().cache)/tools/etcd/usr/bin/etcd" }
    let releases = "\(RackArtifacts.folder)/etcd-io/etcd/releases/download"
    let files = FileManager.default.enumerator(atPath: releases)?.compactMap { $0 as? String } ?? []
    return "\(releases)/\(files.first { $0.hasSuffix(".tar.gz") } ?? "etcd.tar.gz")"
  }()

  /// Why none can be started here, or nil. For `scripts/test`, which fetches and builds them, a missing one is a failure.
  static var missing: String? {
    if ProcessInfo.processInfo.environment["HEARTH_END_TO_END"] == "1" { return nil }
    let wanted = [etcd] + ["kube-apiserver", "kube-controller-manager", "kubectl"].map { "\(programs)/\($0)" }
    return wanted.first { !FileManager.default.fileExists(atPath: $0) }.map { "\($0) is missing: scripts/test" }
  }

  init(folder: TemporaryFolder, host: ClusterNode, port: UInt16) throws {
    self.folder = folder
    self.port = port
    for name in ["etc/kubernetes/pki", "etc/etcd/pki", "etc/hearth/pki", "bin", "cache", "log"] {
      try FileManager.default.createDirectory(atPath: folder.file(name), withIntermediateDirectories: true)
    }
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("bin/kubectl"), withDestinationPath: "\(Self.programs)/kubectl")
    try folder.write("bin/systemctl", "#!/bin/sh\n", mode: 0o700)
    for (name, text) in AuthorityFiles(host.authority).texts {
      try folder.write("etc/kubernetes/pki/\(name)", text.reveal())
    }
    try folder.write("etc/etcd/pki/ca.crt", host.authority.etcd.trustPEM)
    for credential in host.credentials {
      try folder.write(
        String(credential.path.dropFirst()), try credential.authority.issue(credential.request).combinedPEM.reveal())
    }
    var files: [String: String] = [:]
    let resources =
      try host.apiServer() + host.controllerManager() + host.etcd()
      + [host.kubeconfig("admin", user: "hearth:pi1", credential: "admin", server: .own)]
    for case .file(let file) in resources { files[file.path] = String(decoding: file.content, as: UTF8.self) }
    let (store, peers, manager) = (try SSHDaemon.freePort(), try SSHDaemon.freePort(), try SSHDaemon.freePort())
    // Certificates are good for the loopback; ports are those that are free.
    func here(_ text: String) -> String {
      text.replacing("/etc/kubernetes/", with: "\(folder.path)/etc/kubernetes/")
        .replacing("/etc/etcd/", with: "\(folder.path)/etc/etcd/")
        .replacing("/var/log/kubernetes/", with: "\(folder.path)/log/")
        .replacing("127.0.0.1:6443", with: "127.0.0.1:\(port)").replacing("127.0.0.1:2379", with: "127.0.0.1:\(store)")
    }
    for (path, text) in files where path.hasPrefix("/etc/kubernetes/") {
      try folder.write(String(path.dropFirst()), here(text))
    }
    var etcd = Self.etcd
    if !RackArtifacts.usesPackages {
      try Command.run("tar", "-xzf", etcd, "-C", folder.file("bin"), "--strip-components=1", "--no-same-owner")
      etcd = folder.file("bin/etcd")
    }
    let log = open(folder.file("log/all"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    defer { close(log) }
    func start(_ program: String, _ unit: String, instead: [String: String]) throws -> ChildProcess {
      let text = try #require(files["/etc/systemd/system/\(unit).service"]).replacing("\\\n", with: " ")
      let words = text.split(separator: "\n").first { $0.hasPrefix("ExecStart=") }?.split(separator: " ") ?? []
      // What comes before the flags is the program, or who waits for it to be due.
      let flags = words.filter { $0.hasPrefix("--") }.map { here(String($0)) }.filter { flag in
        !instead.keys.contains { flag.hasPrefix("--\($0)=") }
      }
      return try ChildProcess([program] + flags + instead.map { "--\($0.key)=\($0.value)" }, output: log)
    }
    let (storeURL, peerURL) = ("https://127.0.0.1:\(store)", "https://127.0.0.1:\(peers)")
    var started = [
      try start(
        etcd, "hearth-etcd",
        instead: [
          "data-dir": folder.file("etcd"), "listen-client-urls": storeURL, "advertise-client-urls": storeURL,
          "listen-peer-urls": peerURL, "initial-advertise-peer-urls": peerURL, "initial-cluster": "pi1=\(peerURL)",
          "listen-metrics-urls": "",
        ]),
      try start(
        "\(Self.programs)/kube-apiserver", "kube-apiserver",
        instead: [
          "secure-port": "\(port)", "bind-address": "127.0.0.1", "advertise-address": "127.0.0.1",
          "shutdown-delay-duration": "0",
        ]),
    ]
    var tries = 0
    while !Self.isReady(folder, port), tries < 600 {
      tries += 1
      usleep(100_000)
    }
    // It ends where it is refused, as it is before the API server has made its own roles.
    started.append(
      try start(
        "\(Self.programs)/kube-controller-manager", "kube-controller-manager",
        instead: ["secure-port": "\(manager)", "leader-elect": "false"]))
    processes = started
  }

  deinit {
    for process in processes.reversed() {
      process.signal(SIGKILL)
      process.wait()
    }
  }

  private static func isReady(_ folder: TemporaryFolder, _ port: UInt16) -> Bool {
    (try? kubectl(folder, port, "etc/kubernetes/pki/admin.pem", ["get", "--raw", "/readyz"])) != nil
  }

  /// kubectl with a credential below the folder.
  func kubectl(as credential: String, _ arguments: [String]) throws -> String {
    try Self.kubectl(folder, port, credential, arguments)
  }

  private static func kubectl(
    _ folder: TemporaryFolder, _ port: UInt16, _ credential: String, _ arguments: [String]
  ) throws -> String {
    let file = folder.file(credential)
    return try Command.run(
      [
        folder.file("bin/kubectl"), "--kubeconfig=/dev/null", "--server=https://127.0.0.1:\(port)",
        "--certificate-authority=\(folder.file("etc/kubernetes/pki/ca.crt"))", "--client-certificate=\(file)",
        "--client-key=\(file)", "--cache-dir=\(folder.file("cache/\(credential)"))", "--request-timeout=20s",
      ] + arguments)
  }
}
