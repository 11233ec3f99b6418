import Foundation
import TestSupport
import Testing

/// Addresses of the LAN for Services. The LAN is the rack's own network; what asks from outside is this machine in it.
extension ClusterTests {
  private static let range = "10.77.0.200-203"
  /// The same addresses as one network.
  private static let network = "10.77.0.200/30"
  private static let hosts = ["pi1", "pi2", "pi3", "pi4"]
  private var lan: String { "hearth-\(rack.lab)" }

  /// Who asks, and on which node it was answered, as the pod sees it; nil without an answer.
  private func ask(_ address: String) -> String? {
    let asked = [
      "ip", "netns", "exec", lan, "curl", "--silent", "--fail", "--max-time", "1", "http://\(address)/cgi-bin/who",
    ]
    // busybox writes an IPv4 peer of a socket that serves both families as [::ffff:10.77.0.1].
    return (try? Command.run(asked))?.trimmingCharacters(in: .whitespacesAndNewlines)
      .replacing("[::ffff:", with: "").replacing("]", with: "")
  }

  /// Asks again until the answer is as wanted.
  private func untilAnswered(_ address: String, _ isWanted: (String) -> Bool) -> String? {
    var last: String?
    for _ in 0..<200 {
      last = ask(address)
      if let last, isWanted(last) { return last }
      Thread.sleep(forTimeInterval: 0.2)
    }
    return last
  }

  private func holders(_ address: String, among hosts: [String] = hosts) throws -> [String] {
    try hosts.filter { try rack.inside($0, "ip", "-4", "-o", "address", "show", "to", address) != "" }
  }

  private func address(of service: String) throws -> String {
    for _ in 0..<100 {
      let found = try rack.kubectl(
        "get", "service", service, "-o", "jsonpath={.status.loadBalancer.ingress[0].ip}")
      if found != "" { return found }
      Thread.sleep(forTimeInterval: 0.2)
    }
    return ""
  }

  private func create(_ text: String) throws {
    _ = try rack.inside("pi1", "sh", "-c", "printf '%s' \"$1\" >/tmp/who.yaml", "sh", text)
    _ = try rack.kubectl("apply", "-f", "/tmp/who.yaml")
  }

  private func pod(_ name: String, on node: String) throws -> String {
    let image = try #require(
      try rack.inside("pi1", "cat", "/etc/hearth/images").split(separator: "\n")
        .compactMap { $0.split(separator: " ").first }.first { $0.contains("/smoke:") })
    return """
      apiVersion: v1
      kind: Pod
      metadata: {name: \(name), labels: {app: \(name)}}
      spec:
        nodeSelector: {kubernetes.io/hostname: \(node)}
        terminationGracePeriodSeconds: 1
        containers:
          - name: main
            image: "\(image)"
            env:
              - name: ANSWER
                value: |
                  #!/bin/sh
                  printf 'Content-Type: text/plain\\r\\n\\r\\n'
                  echo "$REMOTE_ADDR on \(node)"
            command:
              - /bin/sh
              - -c
              - |
                mkdir -p /tmp/www/cgi-bin && printf %s "$ANSWER" >/tmp/www/cgi-bin/who && chmod 755 /tmp/www/cgi-bin/who
                exec busybox httpd -f -p 8080 -h /tmp/www
            readinessProbe: {httpGet: {path: /cgi-bin/who, port: 8080}, periodSeconds: 1}
      ---

      """
  }

  private func service(_ name: String, of pod: String, _ policy: String) -> String {
    """
    apiVersion: v1
    kind: Service
    metadata: {name: \(name)}
    spec: {type: LoadBalancer, externalTrafficPolicy: \(policy), selector: {app: \(pod)}, ports: [{port: 80, targetPort: 8080}]}
    ---

    """
  }

  @Test("Services get addresses that nobody has, which answer outside, move when their node dies, and leave no trace")
  func serviceAddresses() throws {
    let with = try inventory(
      "addresses", [("\n  addons:\n", "\n  loadBalancer: {addresses: \(Self.range)}\n  addons:\n")])
    // Somebody in the LAN has one of them.
    try Command.run(["ip", "-n", lan, "address", "add", "10.77.0.203/24", "dev", "br0"])
    let checked = try hearth.run("check", "--inventory", with)
    #expect(checked.status != 0 && checked.output.contains("10.77.0.203 answers, "), "\(checked.output)")
    let refused = try up(with)
    let words = try refused.lines(EventLine.self).compactMap(\.error).map(\.message)
    #expect(refused.status != 0 && words.contains { $0.contains("10.77.0.203 answers, ") }, "\(words)")
    try Command.run(["ip", "-n", lan, "address", "del", "10.77.0.203/24", "dev", "br0"])

    let applied = try up(with)
    #expect(applied.status == 0, "\(applied.output.suffix(2000)) \(applied.errors)")
    try hearth.expectNothingLeft(with)
    try addressesAreProved(with)
    try addressesAreCarried()

    let without = try up(rack.folder.file("hearth.yaml"))
    #expect(without.status == 0, "\(without.output.suffix(2000)) \(without.errors)")
    try hearth.expectNothingLeft()
    for host in Self.hosts {
      let left =
        "ip -4 -o address show to \(Self.network); ls /etc/hearth/lb/* /etc/systemd/system/hearth-lb* 2>/dev/null; :"
      #expect(try rack.inside(host, "sh", "-c", left) == "", "\(host)")
    }
    let status = try rack.kubectl("get", "service", "first", "-o", "jsonpath={.status.loadBalancer}")
    #expect(status == "{}")
    _ = try rack.kubectl("delete", "service/first", "service/second", "service/near", "pod/far-pod", "pod/near-pod")
  }

  /// The smoke test sees it, and sees what breaks it and nothing else.
  private func addressesAreProved(_ inventory: String) throws {
    func conditions() throws -> [String: String] {
      let smoke = try hearth.run("smoke", "--inventory", inventory, "--output", "json")
      let all = try smoke.lines(EventLine.self).filter { $0.event == "condition" && $0.state != "waiting" }
      return Dictionary(all.map { ($0.name ?? "", $0.state ?? "") }) { $0 == "failed" ? $0 : $1 }
    }
    let whole = try conditions()
    #expect(whole["load-balancer"] == "passed" && !whole.values.contains("failed"), "\(whole)")
    func rule(_ verb: String) throws {
      for host in Self.hosts {
        _ = try rack.inside(host, "iptables", "-w", "-t", "raw", verb, "PREROUTING", "-d", Self.network, "-j", "DROP")
      }
    }
    try rule("-I")
    var broken = try conditions().filter { $0.value == "failed" }
    // What else fails once, as on a machine that is busy, has another reason; what fails every time is broken by it.
    for _ in 0..<2 where broken.count > 1 {
      let again = try conditions()
      broken = broken.filter { again[$0.key] == "failed" }
    }
    try rule("-D")
    #expect(broken.keys.sorted() == ["load-balancer"])
  }

  private func addressesAreCarried() throws {
    try create(
      try pod("far-pod", on: "pi1") + pod("near-pod", on: "pi3") + service("first", of: "far-pod", "Cluster")
        + service("second", of: "far-pod", "Cluster") + service("near", of: "near-pod", "Local"))
    _ = try rack.kubectl("wait", "--for=condition=Ready", "pod/far-pod", "pod/near-pod", "--timeout=120s")
    let addresses = try ["first", "second", "near"].map { try address(of: $0) }
    #expect(Set(addresses).count == 3 && !addresses.contains(""))
    // Where the Service keeps to its own pods, they see who asks.
    #expect(untilAnswered(addresses[2]) { $0.hasSuffix("on pi3") } == "10.77.0.1 on pi3")
    #expect(try holders(addresses[2]) == ["pi3"])
    for address in addresses.prefix(2) {
      #expect(untilAnswered(address) { $0.hasSuffix("on pi1") }?.hasSuffix("on pi1") == true)
      #expect(try holders(address).count == 1)
    }
    // The two begin on different nodes: one of them is not where the pod is.
    let moving = try #require(try addresses.prefix(2).first { try holders($0) != ["pi1"] })
    let victim = try #require(try holders(moving).first)
    #expect(try hearth.run("lab", "kill", "--name", rack.lab, victim).status == 0)
    let clock = ContinuousClock()
    let died = clock.now
    #expect(untilAnswered(moving) { $0.hasSuffix("on pi1") }?.hasSuffix("on pi1") == true)
    print("an address of a Service was back \(clock.now - died) after its node had died")
    let living = Self.hosts.filter { $0 != victim }
    #expect(try holders(moving, among: living).count == 1)
    #expect(try hearth.run("lab", "start", "--name", rack.lab, victim).status == 0)
    #expect(untilAnswered(moving) { $0.hasSuffix("on pi1") }?.hasSuffix("on pi1") == true)
    #expect(try holders(moving, among: living).count == 1, "where it is it stays")
  }
}
