/// What commands say of the cluster and its hosts.
extension JSONForm {
  static let cluster = [status, stages, top, nodes, certificates, plan, check, benchmark]

  static let status = JSONForm(
    "status", "Nodes, versions, conditions and certificates of a rack.", by: ["status", "node show"],
    [
      "cluster": .text, "server?": .text, "hosts": .list(.object(host)), "addOns": .list(.object(addOn)),
      "pods?": .list(.object(pods)), "events?": .list(.object(clusterEvent)), "conditions": .list(.object(condition)),
      "warnings": .list(.text), "stages": .list(.object(stage)),
    ])

  static let stages = JSONForm(
    "stages", "A look on the way from power-on to service; a line each time that something changed.",
    by: ["status --wait", "start"], ["stages": .list(.object(stage))])

  static let top = JSONForm(
    "top", "Load, memory, heat, disk and pods of each host.", by: ["top"],
    [
      "hosts": .list(
        .object([
          "name": .text, "unreachable?": .text, "load?": .number, "cpus?": .integer, "memoryBytes?": .integer,
          "availableMemoryBytes?": .integer, "temperatureMillicelsius?": .integer, "diskBytes?": .integer,
          "freeDiskBytes?": .integer, "pods?": .integer,
        ]))
    ])

  static let nodes = JSONForm(
    "node-list", "Every node that the inventory or the cluster knows.", by: ["node list"],
    [
      "nodes": .list(
        .object([
          "name": .text, "address?": .text, "roles": .list(.word(["control-plane", "worker"])),
          "isInInventory": .boolean, "state": .word(["Ready", "NotReady", "not in the cluster", "unknown"]),
          "isCordoned": .boolean, "isReachable?": .boolean,
          "etcd?": .word(["leader", "member", "learner", "silent"]), "serial?": .text,
        ]))
    ])

  static let certificates = JSONForm(
    "certificates", "Each certificate on the hosts and when it ends.", by: ["certs list"],
    [
      "certificates": .list(
        .object(["host": .text, "path": .text, "notAfter": .time, "daysLeft": .integer])),
      "silent": .list(.object(["host": .text, "reason": .text])),
    ])

  static let plan = JSONForm(
    "plan", "What `hearth up` would change; `hearth up FILE` takes it.", by: ["plan", "host apply --dry-run"],
    [
      "version": .integer,
      "origin?": .object(["cluster": .text, "created": .time, "hearth": .text, "inventory?": .text]),
      "phases": .list(.object(["name": .text, "title": .text, "hosts": .map(.list(.object(change)))])),
      "failures": .map(.object(error)),
    ])

  static let check = JSONForm(
    "check", "What is in the way of `hearth up`, and what is worth knowing.", by: ["check"],
    [
      "hosts": .list(.text), "isBlocked": .boolean,
      "findings": .list(
        .object([
          "rule": .text, "host?": .text, "severity": .word(["error", "warning", "info"]), "title": .text,
          "detail": .text, "remedy": .text, "fixedByUp": .boolean,
        ])),
    ])

  static let benchmark = JSONForm(
    "benchmark", "The running rack judged by the CIS Kubernetes Benchmark.", by: ["check --benchmark"],
    [
      "benchmark": .text,
      "items": .list(
        .object([
          "id": .text, "title": .text, "state": .word(["passed", "failed", "skipped"]), "reason": .text,
        ])),
    ])

  // MARK: - Parts

  private static let change: JSONMembers = [
    "id": .text, "action": .word(["create", "update", "remove", "run"]),
    "fields": .list(.object(["field": .text, "from?": .text, "to?": .text])),
  ]

  private static let stage: JSONMembers = ["name": .text, "isReached": .boolean, "detail": .text]

  private static let condition: JSONMembers = [
    "name": .text, "title": .text, "host?": .text, "state": .word(["passed", "failed", "skipped"]), "detail": .text,
    "expected?": .text, "seen?": .text, "hint?": .text, "command?": .text, "commandHost?": .text, "seconds": .number,
  ]

  private static let addOn: JSONMembers = ["name": .text, "kind": .text, "ready": .integer, "wanted": .integer]

  private static let pods: JSONMembers = [
    "node?": .text, "phase": .word(["Running", "Pending", "Succeeded", "Failed", "Unknown"]), "runtimeClass?": .text,
    "isReady": .boolean, "count": .integer,
  ]

  private static let clusterEvent: JSONMembers = [
    "time": .time, "isWarning": .boolean, "reason": .text, "object": .text, "message": .text, "count": .integer,
  ]

  private static let node: JSONMembers = [
    "name": .text, "address?": .text, "roles": .list(.text), "kubelet": .text, "kernel": .text, "runtime": .text,
    "system": .text, "architecture": .text, "podRange?": .text, "unschedulable": .boolean,
    "conditions": .list(
      .object([
        "type": .text, "status": .text, "reason": .text, "message": .text, "since?": .time,
      ])),
    "renewed?": .time,
  ]

  private static let host: JSONMembers = [
    "name": .text, "address": .text, "roles": .list(.word(["control-plane", "worker"])), "unreachable?": .text,
    "state?": .object(hostState), "node?": .object(node),
  ]

  private static let health = JSONShape.object(["healthy": .boolean, "detail": .text])

  private static let hostState: JSONMembers = [
    "units": .list(
      .object([
        "name": .text, "load": .text, "active": .text, "sub": .text, "restarts": .integer, "activeSeconds?": .integer,
      ])),
    "booted?": .time,
    "certificates": .list(
      .object(["path": .text, "notAfter": .time, "daysLeft": .integer, "days": .integer])),
    "api?": health, "etcd?": health, "slowWrites": .integer, "hasEndpoint": .boolean, "testImage?": .text,
    "webAssembly?": .object([
      "backend": .text, "version": .text, "passed": .boolean, "checks": .map(.text),
      "images?": .object(["module": .text, "component": .text, "wasi3?": .text, "web": .text]),
    ]),
    "vitals?": .object([
      "load?": .number, "cpus?": .integer, "memoryBytes?": .integer, "availableMemoryBytes?": .integer,
      "temperatureMillicelsius?": .integer, "throttling?": .integer, "diskBytes?": .integer,
      "freeDiskBytes?": .integer, "diskWearPercent?": .integer, "model?": .text, "holder?": .text,
    ]),
    "store?": .object([
      "bytes": .integer, "quotaBytes?": .integer, "isLeader": .boolean, "applied?": .integer,
      "writeMicroseconds?": .integer,
    ]),
    "newestBackup?": .time,
  ]
}
