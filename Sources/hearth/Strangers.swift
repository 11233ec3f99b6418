import Diagnostics

/// Nodes that the cluster has and the inventory does not: their lines were taken away, but not they.
struct Strangers {
  var names: [String]

  private var words: String {
    names.count == 1
      ? "\(names[0]) is part of the cluster and not of the inventory"
      : "\(names.joined(separator: ", ")) are part of the cluster and not of the inventory"
  }

  func warn(_ run: RackRun) {
    guard !names.isEmpty else { return }
    run.events.emit(.note(level: .warning, host: nil, text: "\(words); `hearth up` will ask what shall become of it"))
  }

  /// Asks; whatever the answer, nothing happens to the rack before it is settled.
  func refuse(_ run: RackRun) throws(HearthErrors) {
    guard !names.isEmpty else { return }
    let command = names.map { "hearth node remove \($0)" }.joined(separator: "\n")
    if Question.canAsk {
      run.pause()
      guard !Question.confirm("\(words). Leave it in the cluster for now and go on?") else { return }
    }
    throw HearthErrors([
      HearthError(
        .refused, words,
        hint: "take it out of the cluster, its pods moved and its host cleaned, with the command below; "
          + "or put its line back into the inventory",
        command: command)
    ])
  }
}
