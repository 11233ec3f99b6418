extension ClusterView {
  /// Reads what `templates/cluster/view.sh` printed on each host, in the order in which hosts are believed.
  init(_ answers: [(host: String, text: String)]) {
    self.init()
    var healthyIDs: Set<String> = []
    for (host, text) in answers {
      let sections = Self.sections(text)
      if sections["data"]?.isEmpty == false { holders.insert(host) }
      if sections["api"]?.last == "ok" { ready.insert(host) }
      if nodes == nil { nodes = sections["nodes"]?.compactMap(Self.node) }
      guard sections["health"]?.contains(where: { $0.contains("is healthy") }) == true else { continue }
      // `ENDPOINT, ID, VERSION, SIZE, IS-LEADER, IS-LEARNER, …`
      let status = sections["status"]?.first?.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } } ?? []
      let id = status.count > 1 ? String(status[1]) : ""
      if status.count > 4, status[4] == "true" { leader = id }
      if members.isEmpty { members = EtcdMember.list(sections["members"]?.joined(separator: "\n") ?? "") }
      healthyIDs.insert(id)
    }
    for index in members.indices where healthyIDs.contains(members[index].id) { members[index].isHealthy = true }
  }

  private static func sections(_ text: String) -> [String: [String]] {
    var sections: [String: [String]] = [:]
    var name = ""
    for line in text.split(separator: "\n") {
      if line.hasPrefix("@section ") {
        name = String(line.dropFirst("@section ".count))
        sections[name] = []
      } else {
        sections[name, default: []].append(String(line))
      }
    }
    return sections
  }

  /// Name, Ready, unschedulable, address, machine id, serial, pod range, with tabs between.
  private static func node(_ line: String) -> Node? {
    let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    guard fields.count == 7, !fields[0].isEmpty else { return nil }
    return Node(
      name: fields[0], isReady: fields[1] == "True", isCordoned: fields[2] == "true", address: fields[3],
      machineID: fields[4], serial: fields[5], podRange: fields[6])
  }
}
