import Provision
import Templates
import Testing

@testable import Bootstrap

struct ManifestDiffTests {
  static let wanted = """
    apiVersion: v1
    kind: Service
    metadata:
      name: web
      namespace: shop
      labels: {app: web}
    spec:
      clusterIP: 10.96.0.20
      ports:
        - name: http
          port: 80
    ---
    kind: Pod
    metadata: {name: one}
    spec:
      containers:
        - name: a
          args: []
          resources: {limits: {cpu: 0.5, memory: 1024Mi}}
    """

  static let live = """
    {"kind": "List", "items": [
      {"kind": "Pod", "metadata": {"name": "one", "uid": "x"}, "spec": {"nodeName": "pi1", "containers": [
        {"name": "a", "image": "i", "resources": {"limits": {"cpu": "500m", "memory": "1Gi"}}}]}},
      {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop", "labels": {"app": "web", "more": "1"}},
       "spec": {"clusterIP": "10.96.0.20", "type": "ClusterIP",
                "ports": [{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 80}]}}]}
    """

  private func changes(_ live: String) throws -> [String] {
    let diff = ManifestDiff(wanted: try JSONValue.documents(yaml: Self.wanted))
    return diff.changes(live: ClusterObjects.objects(in: Array(live.utf8))).map {
      "\($0.field): \($0.from ?? "-") -> \($0.to ?? "-")"
    }
  }

  @Test func whatTheClusterAddsIsNoDifference() throws {
    #expect(try changes(Self.live) == [])
  }

  @Test func changedFieldsAreNamed() throws {
    let live = Self.live.replacing("\"port\": 80", with: "\"port\": 81").replacing("500m", with: "0.4")
    #expect(
      try changes(live) == [
        "Service shop/web spec.ports[0].port: 81 -> 80",
        "Pod one spec.containers[0].resources.limits.cpu: 0.4 -> 0.5",
      ])
  }

  @Test(arguments: ["", "not JSON", "{}"])
  func withoutAClusterEverythingIsCreated(live: String) throws {
    #expect(try changes(live) == ["Service shop/web: - -> created", "Pod one: - -> created"])
  }

  @Test func aSingleObjectComesWithoutAList() throws {
    let only = #"{"kind": "Pod", "metadata": {"name": "one"}, "spec": {"containers": []}}"#
    #expect(try changes(only).first == "Service shop/web: - -> created")
    #expect(try changes(only).count == 2)
  }

  @Test func fewerItemsOfAListAreADifference() throws {
    let live = Self.live.replacing(#"{"name": "http", "port": 80, "protocol": "TCP", "targetPort": 80}"#, with: "")
    #expect(try changes(live).count == 1)
  }

  @Test(arguments: [
    ("1", "1000m", true), ("0.5", "500m", true), ("1024Mi", "1Gi", true), ("1k", "1000", true), ("1M", "1Mi", false),
    ("64Mi", "65Mi", false),
  ])
  func quantities(left: String, right: String, same: Bool) throws {
    #expect((Quantity(left) == Quantity(right)) == same)
  }

  @Test(arguments: ["", "Mi", "1X", "one"])
  func noQuantities(text: String) { #expect(Quantity(text) == nil) }
}
