/// What a restore loses, in words. etcd's revision counts every change since the cluster began.
package struct RestoreLoss: Sendable, Equatable {
  package var backup: Int
  /// Of the etcd that still lives; nil when none does.
  package var living: Int?

  package init(backup: Int, living: Int?) {
    self.backup = backup
    self.living = living
  }

  package var text: String {
    guard let living else {
      return "What was written after that is lost; how much cannot be told, since no etcd answers."
    }
    let changes = living - backup
    if changes <= 0 { return "Nothing was written after that." }
    return "\(changes) change\(changes == 1 ? "" : "s") that were written after that are lost."
  }
}
