import Bootstrap
import Diagnostics
import Inventory

/// The turn of nodes in an operation that empties them: marked, so that every later run knows who cordoned them, drained,
/// changed, and given back.
struct NodeTurn: Sendable {
  let port: any RackPort
  /// An annotation of nodes that are emptied and not given back yet.
  let mark: String
  let value: String
  /// Such as `the upgrade goes on`.
  let goesOn: String

  private var drain: Drain {
    get throws(HearthError) { Drain(admin: try port.admin(), release: try port.release, events: port.events) }
  }

  /// Nodes whose turn has begun and not ended.
  func begun() async throws(HearthError) -> Set<String> {
    Set(try await port.admin().nodeStates().filter { $0.annotations[mark] != nil }.map(\.name))
  }

  /// Moves all pods away. A node that somebody else has cordoned is not marked: it stays so afterwards.
  ///
  /// - Returns: the nodes that were cordoned for this.
  /// - Throws: also `cancelled`: nothing of the nodes was changed, so they take pods again.
  @discardableResult
  func empty(_ nodes: [String], _ options: Drain.Options) async throws -> [String] {
    guard port.rack.nodes.count > 1, !nodes.isEmpty else { return [] }
    let drain = try drain
    let cordoned = Set(await port.view().nodes?.filter(\.isCordoned).map(\.name) ?? [])
    var own: [String] = []
    for node in nodes {
      do throws(HearthError) {
        if !cordoned.contains(node) {
          own.append(node)
          try await port.admin().run(["annotate", "node", node, "\(mark)=\(value)", "--overwrite"])
        }
        try await drain.run(node, options, clock: port.clock)
      } catch {
        guard error.code == .cancelled, !own.isEmpty else { throw error }
        throw await takeBack(own)
      }
    }
    return own
  }

  /// - Parameter nodes: those that stay cordoned when the change is stopped.
  func change(_ nodes: [String], _ work: () async throws -> Void) async throws {
    do {
      try await work()
    } catch var error as HearthError where error.code == .cancelled && !nodes.isEmpty {
      let stay = nodes.count == 1 ? "stays" : "stay"
      error.message += "; \(nodes.joined(separator: ", ")) \(stay) cordoned until \(goesOn)"
      throw error
    }
  }

  /// The node takes pods again, both parts or none.
  func giveBack(_ node: String) async throws(HearthError) {
    let result = await uninterrupted { () -> Result<Void, HearthError> in
      do throws(HearthError) {
        try await drain.uncordon(node)
        try await port.admin().run(["annotate", "node", node, "\(mark)-"])
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  private func takeBack(_ nodes: [String]) async -> HearthError {
    await uninterrupted {
      let names = nodes.joined(separator: ", ")
      do throws(HearthError) {
        for node in nodes { try await giveBack(node) }
        return HearthError(
          .cancelled, "stopped while draining \(names), which \(nodes.count == 1 ? "takes" : "take") pods again")
      } catch {
        return HearthError(
          .cancelled,
          "stopped while draining \(names), which \(nodes.count == 1 ? "stays" : "stay") cordoned: \(error.message)")
      }
    }
  }
}
