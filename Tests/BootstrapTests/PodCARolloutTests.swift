import Foundation
import Testing

@testable import Bootstrap

struct PodCARolloutTests {
  private func pod(_ name: String, owner: (kind: String, name: String)?, mounts: String = PodCARollout.mount)
    -> PodCARollout.Pod
  {
    .init(
      metadata: metadata(name, owner),
      spec: .init(containers: [.init(volumeMounts: nil), .init(volumeMounts: [.init(mountPath: mounts)])]))
  }

  private func metadata(_ name: String, _ owner: (kind: String, name: String)?) -> DrainObjects.Metadata {
    .init(
      name: name, namespace: "shop",
      ownerReferences: owner.map { [.init(kind: $0.kind, name: $0.name, controller: true)] })
  }

  @Test func eachWorkloadOnceAndOnlyWhatUsesTheAPI() {
    let found = PodCARollout.workloads(
      of: [
        pod("web-5d-1", owner: ("ReplicaSet", "web-5d")), pod("web-5d-2", owner: ("ReplicaSet", "web-5d")),
        pod("log-1", owner: ("DaemonSet", "log")), pod("db-0", owner: ("StatefulSet", "db")),
        pod("quiet-1", owner: ("ReplicaSet", "quiet"), mounts: "/data"), pod("alone", owner: nil),
        pod("task-1", owner: ("Job", "task")), pod("odd-1", owner: ("ReplicaSet", "odd")),
      ], [metadata("web-5d", ("Deployment", "web")), metadata("odd", nil)])
    #expect(found.workloads.map(\.text) == ["shop/daemonset/log", "shop/deployment/web", "shop/statefulset/db"])
    #expect(found.others == ["shop/alone", "shop/odd-1", "shop/task-1"])
  }
}
