extension HealthCondition {
  /// Every condition of a healthy rack, in the order in which reports show them.
  package static let all: [HealthCondition] = ofHosts + ofCluster + ofTrials

  /// Those that need no test pods: what `status` shows.
  package static let passive: [HealthCondition] = ofHosts + ofCluster

  /// What hosts say of themselves.
  package static let ofHosts: [HealthCondition] = [
    .hostReachable, .apiReady, .etcdHealthy, .virtualAddress, .componentsRunning, .certificatesValid, .webAssembly,
  ]

  /// What the API server says.
  package static let ofCluster: [HealthCondition] = [.nodeReady, .podRange, .dnsReady]

  /// What a smoke test finds out.
  package static let ofTrials: [HealthCondition] = [
    .podRuns, .podToPod, .serviceFromPod, .serviceHairpin, .serviceFromHost, .nodePort, .clusterNames, .logs, .exec,
    .portForward, .serviceAccount, .rollingUpdate, .loadBalancer, .storage, .wasmModule, .wasmComponent, .wasmMixed,
    .wasmService,
  ]

  package static func named(_ name: String) -> HealthCondition? { all.first { $0.name == name } }
}
