/// What is to be observed on one host, gathered from all resources of all phases so that each kind of question is
/// asked once.
struct ObservationRequest {
  /// Files whose bytes are compared: path to the sums that are wanted (several where phases disagree).
  private(set) var sums: [String: Set<String>] = [:]
  private(set) var stats: Set<String> = []
  /// Paths among `sums` whose present content may be shown when it differs.
  private(set) var shown: Set<String> = []
  private(set) var largeSums: Set<String> = []
  /// Files that are wanted whole.
  private(set) var texts: Set<String> = []
  /// Small virtual files, such as those of `/proc/sys`.
  private(set) var values: Set<String> = []
  private(set) var packages: Set<String> = []
  private(set) var units: Set<String> = []
  private(set) var users: Set<String> = []
  private(set) var modules: Set<String> = []
  var swap = false
  /// What the files of `sysctl.d` set.
  var sysctlFiles = false
  /// The host's own time, for what is compared with times of files.
  var clock = false
  private(set) var probes: [(id: String, script: String)] = []
  private var probeIDs: Set<String> = []

  mutating func stat(_ path: String) { stats.insert(path) }

  /// A directory, reached through symbolic links if there are any: people move `/var/lib/...` to a better disk.
  mutating func statDirectory(_ path: String) { stats.insert(path + "/.") }

  mutating func file(_ path: String, sha256: String, show: Bool) {
    stats.insert(path)
    sums[path, default: []].insert(sha256)
    if show { shown.insert(path) }
  }

  mutating func largeFile(_ path: String) {
    stats.insert(path)
    largeSums.insert(path)
  }

  mutating func text(_ path: String) { texts.insert(path) }
  mutating func value(_ path: String) { values.insert(path) }
  mutating func package(_ name: String) { packages.insert(name) }
  mutating func unit(_ name: String) { units.insert(name) }
  mutating func user(_ name: String) { users.insert(name) }
  mutating func module(_ name: String) { modules.insert(name) }

  mutating func probe(_ id: String, _ script: String) {
    guard probeIDs.insert(id).inserted else { return }
    probes.append((id, script))
  }
}
