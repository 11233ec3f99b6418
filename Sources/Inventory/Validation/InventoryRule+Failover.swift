extension InventoryRule {
  /// One heartbeat may come late and one may be lost; a node is not.
  static let patience = InventoryRule { document, decoding in
    let section = document.cluster.failover
    let failover = Failover(section)
    guard failover.lostAfterSeconds < 3 * failover.heartbeatSeconds else { return }
    decoding.add(
      "a node with a heartbeat every \(failover.heartbeatSeconds) s would count as lost after \(failover.lostAfterSeconds) s",
      at: document.place(of: section.lostAfter?.place, section.heartbeat?.place),
      hint: "set `lostAfter` to three heartbeats or more, which is \(3 * failover.heartbeatSeconds)")
  }
}
