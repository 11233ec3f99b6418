import Diagnostics
import Foundation
import Inventory
import Provision
import Templates
import TestSupport
import Testing

@testable import Bootstrap

/// The program that gives addresses to Services, against etcd, the API server and the controller manager that hearth starts.
@Suite(.enabled(if: ControlPlaneDaemons.missing == nil), .serialized, .onLivingControlPlane)
struct AddressAssignmentTests {
  private let plane: LivingControlPlane
  private let folder: TemporaryFolder

  init() throws {
    plane = try .required()
    folder = try TemporaryFolder("hearth-addresses")
    for name in ["services.gotemplate", "known.gotemplate"] {
      try folder.write(name, try Template.text(of: "load-balancer/\(name)"))
    }
    try pool("10.9.0.200-202")
    try plane.kubectl("delete", "services", "-l", "component!=apiserver")
    try plane.kubectl("delete", "events", "--all")
    try plane.kubectl("-n", "kube-system", "delete", "configmap", "hearth-addresses", "--ignore-not-found")
  }

  private func pool(_ range: String) throws {
    try folder.write("pool", try #require(AddressRange(range)).addresses.map { "\($0)\n" }.joined())
  }

  /// One round of the program; `host` has a memory of its own.
  @discardableResult
  private func assign(_ host: String = "pi1") throws -> String {
    try FileManager.default.createDirectory(atPath: folder.file(host), withIntermediateDirectories: true)
    let values = [
      "HEARTH_RUN": folder.file(host), "HEARTH_POOL": folder.file("pool"), "HEARTH_LIB": folder.path,
    ].map { "\($0.key)=\($0.value.shellQuoted)\n" }.joined()
    let result = try plane.shell(
      "set -- once\n" + values + Template.text(of: "load-balancer/assign-addresses"), files: [:])
    try #require(result.status == 0, "\(result.output)")
    return result.output
  }

  private func create(_ name: String, _ spec: String = "") throws {
    let text =
      "apiVersion: v1\nkind: Service\nmetadata: {name: \(name)}\n"
      + "spec: {type: LoadBalancer, ports: [{port: 80}]\(spec.isEmpty ? "" : ", \(spec)")}\n"
    try plane.kubectl("create", "-f", try folder.write("service.yaml", text))
  }

  /// Service to its address.
  private func statuses() throws -> [String: String] {
    let text = try plane.kubectl(
      "get", "services", "-o",
      "jsonpath={range .items[*]}{.metadata.name}={.status.loadBalancer.ingress[*].ip}{\"\\n\"}{end}")
    let pairs = text.split(whereSeparator: \.isNewline).map {
      $0.split(separator: "=", omittingEmptySubsequences: false)
    }
    return Dictionary(uniqueKeysWithValues: pairs.map { (String($0[0]), String($0[1])) }).filter {
      $0.key != "kubernetes"
    }
  }

  private func table() throws -> String {
    try plane.kubectl("-n", "kube-system", "get", "configmap", "hearth-addresses", "-o", "jsonpath={.data.table}")
  }

  @Test func `A Service gets an address, keeps it, and gives it back`() throws {
    try create("web")
    try create("api", "externalTrafficPolicy: Local")
    #expect(try assign().contains("default/api gets 10.9.0.200"))
    #expect(try statuses() == ["api": "10.9.0.200", "web": "10.9.0.201"])
    let port = try plane.kubectl("get", "service", "api", "-o", "jsonpath={.spec.healthCheckNodePort}")
    #expect(try table() == "10.9.0.200=local.\(port),10.9.0.201=cluster")
    #expect(try assign() == "", "nothing is left to do")
    // Before it in the order of names: those that have one keep it.
    try create("aaa")
    try assign("pi2")
    #expect(try statuses() == ["aaa": "10.9.0.202", "api": "10.9.0.200", "web": "10.9.0.201"])
    // What was said in the statuses counts where the list is lost.
    try plane.kubectl("-n", "kube-system", "delete", "configmap", "hearth-addresses")
    try assign()
    #expect(try statuses() == ["aaa": "10.9.0.202", "api": "10.9.0.200", "web": "10.9.0.201"])

    try plane.kubectl("delete", "service", "api")
    try plane.kubectl("patch", "service", "web", "-p", #"{"spec":{"type":"ClusterIP"}}"#)
    try assign()
    #expect(try statuses() == ["aaa": "10.9.0.202", "web": ""])
    #expect(try table() == "10.9.0.202=cluster")
  }

  @Test func `A wish counts where it is free and of the range; who gets none is told why, once`() throws {
    try create("first")
    try assign()
    try create("wish", "loadBalancerIP: 10.9.0.202")
    try create("late", "loadBalancerIP: 10.9.0.200")
    try create("far", "loadBalancerIP: 192.168.1.1")
    // Words that would be a line of the program's own list.
    try create(
      "sly", #"loadBalancerIP: "10.9.0.200\"\nowner 10.9.0.200 default/sly\ndefault/x yes Cluster 0 - \"\"""#)
    try create("third")
    try create("fourth")
    try assign()
    try assign()
    #expect(
      try statuses() == [
        "first": "10.9.0.200", "wish": "10.9.0.202", "late": "", "far": "", "sly": "", "fourth": "10.9.0.201",
        "third": "",
      ])
    let events = try plane.kubectl(
      "get", "events", "-o", "jsonpath={range .items[*]}{.involvedObject.name}: {.message}{\"\\n\"}{end}")
    #expect(
      Set(events.split(whereSeparator: \.isNewline).map(String.init)) == [
        "late: 10.9.0.200 belongs to default/first", "far: spec.loadBalancerIP is not an address of the range",
        "sly: spec.loadBalancerIP is not an address of the range", "third: every address of the range is taken",
      ])
    #expect(events.split(whereSeparator: \.isNewline).count == 4)
    // What is out of the range is given back.
    try pool("10.9.0.201-201")
    try assign()
    #expect(try statuses().filter { $0.value != "" } == ["fourth": "10.9.0.201"])
  }

  @Test func `Three control planes at once give no address twice`() async throws {
    try pool("10.9.0.100-119")
    for number in 1...20 { try create("s\(number)") }
    let programs = try (1...3).map { number -> ChildProcess in
      let host = "pi\(number)"
      try FileManager.default.createDirectory(atPath: folder.file(host), withIntermediateDirectories: true)
      let text = try Template.text(of: "load-balancer/assign-addresses")
      let program = try folder.write("assign-\(host)", text, mode: 0o700)
      return try ChildProcess([
        "env", "PATH=\(plane.folder.file("bin")):/usr/sbin:/usr/bin:/sbin:/bin", "HEARTH_RUN=\(folder.file(host))",
        "HEARTH_POOL=\(folder.file("pool"))", "HEARTH_LIB=\(folder.path)",
        "HEARTH_PKI=\(plane.folder.file("etc/kubernetes/pki"))", "HEARTH_API=https://127.0.0.1:\(plane.port)",
        "HEARTH_KUBECONFIG=\(plane.folder.file("etc/kubernetes/admin.conf"))",
        "HEARTH_CACHE=\(folder.file("cache-\(host)"))", "/bin/sh", program, "once",
      ])
    }
    // Those who were too late fail, and decide again.
    for program in programs { program.wait() }
    try assign()
    let given = try statuses().values
    #expect(given.count == 20 && Set(given).count == 20 && !given.contains(""))
  }

  @Test func `Nodes of the rack read the list and nothing else, and write nothing`() throws {
    var rack = LivingControlPlane.rack
    rack.cluster.loadBalancer = AddressRange("10.9.0.200-202").map { LoadBalancer(addresses: $0) }
    try plane.applyAccess(rack)
    try assign()
    let proxy = "pi2/pki/kube-proxy.pem"
    func may(_ arguments: String...) -> Bool { plane.isAllowed(as: proxy, ["-n", "kube-system"] + arguments) }
    #expect(may("get", "configmap", "hearth-addresses"))
    #expect(
      may("get", "--raw", "/api/v1/namespaces/kube-system/configmaps?fieldSelector=metadata.name%3Dhearth-addresses"))
    #expect(!may("get", "configmaps"))
    #expect(!may("get", "configmap", "extension-apiserver-authentication"))
    #expect(!may("patch", "configmap", "hearth-addresses", "-p", #"{"data":{"table":""}}"#))
  }

  @Test func `What Services had goes with the range`() throws {
    try create("web")
    try assign()
    guard case .custom(let release)? = try plane.objects().releasedAddresses().first else {
      Issue.record("no resource")
      return
    }
    func plan() throws -> [String] {
      let result = try plane.shell(release.probe, files: [:])
      return release.judge(result.status, Array(result.output.utf8)).map(\.field.text)
    }
    #expect(try plan().contains("configmap/hearth-addresses"))
    let program = try release.program()
    let done = try plane.shell(program.script, files: program.files)
    #expect(done.status == 0, "\(done.output)")
    #expect(try statuses() == ["web": ""])
    #expect(try plan() == [])
  }
}
