package import Smoke

/// What the living control-plane hosts know of the cluster at one moment.
package struct ClusterView: Sendable, Equatable {
  package struct Node: Sendable, Equatable {
    package var name: String
    package var isReady = false
    package var isCordoned = false
    package var address = ""
    /// Of the system that registered; empty if none ever did.
    package var machineID = ""
    /// Of the board, where it has one.
    package var serial = ""
    package var podRange = ""
    package init(
      name: String, isReady: Bool = false, isCordoned: Bool = false, address: String = "", machineID: String = "",
      serial: String = "", podRange: String = ""
    ) {
      self.name = name
      self.isReady = isReady
      self.isCordoned = isCordoned
      self.address = address
      self.machineID = machineID
      self.serial = serial
      self.podRange = podRange
    }
  }

  /// Empty when no healthy member could be asked.
  package var members: [EtcdMember] = []
  /// Id of the member that leads.
  package var leader: String?
  /// Hosts that hold the data of a member, whether it runs or not.
  package var holders: Set<String> = []
  /// Hosts whose API server is ready.
  package var ready: Set<String> = []
  /// Nil when no API server answered.
  package var nodes: [Node]?
  /// Nil when no API server told.
  package var policies: UnenforcedPolicies?
  /// What people are told of them; nil without any.
  package var policyWarning: String? { policies?.sentence }
  /// What was told and is not used, because it is not what it should be: a sentence each.
  package var refused: [String] = []

  package init(
    members: [EtcdMember] = [], leader: String? = nil, holders: Set<String> = [], ready: Set<String> = [],
    nodes: [Node]? = nil
  ) {
    self.members = members
    self.leader = leader
    self.holders = holders
    self.ready = ready
    self.nodes = nodes
  }

  /// etcd answers, so its members are known.
  package var hasQuorum: Bool { !members.isEmpty }

  package func node(_ name: String) -> Node? { nodes?.first { $0.name == name } }

  /// By name, or by address where a member has not started and so has no name yet.
  package func member(_ name: String, address: String? = nil) -> EtcdMember? {
    members.first { $0.name == name } ?? members.first { $0.name.isEmpty && $0.address == address }
  }
}
