package import Units

/// Something that gets no more updates soon, or none any more, and the way on.
package struct EndNotice: Sendable, Equatable {
  /// Such as `Kubernetes 1.35`.
  package var subject: String
  /// The last day with updates.
  package var day: Day
  /// Negative once the day is over.
  package var daysLeft: Int
  /// What to do, a sentence without a full stop.
  package var wayOn: String

  /// So many days before the end people are told.
  package static let days = 90

  /// nil as long as the end is far.
  init?(_ subject: String, _ day: Day, on today: Day, wayOn: String) {
    let left = day.days(since: today)
    guard left <= Self.days else { return nil }
    self.subject = subject
    self.day = day
    daysLeft = left
    self.wayOn = wayOn
  }

  /// `Kubernetes 1.35 gets no updates after 2027-02-28, in 60 days`
  package var text: String {
    switch daysLeft {
    case ..<0: "\(subject) gets no updates since \(day)"
    case 0: "\(subject) gets no updates after today"
    case 1: "\(subject) gets no updates after \(day), in 1 day"
    default: "\(subject) gets no updates after \(day), in \(daysLeft) days"
    }
  }
}

extension ReleaseTable {
  package func notice(ofKubernetes version: KubernetesVersion, on today: Day) -> EndNotice? {
    guard let release = release(of: version) else { return nil }
    let wayOn =
      release.source == .debian
      ? "make a rack with \(current), which no upgrade leads to from here, and bring your applications there"
      : successor(of: release.minor).map { "set `cluster.kubernetes` to \($0.newest) and run `hearth upgrade`" }
        ?? "update hearth, which then knows the next release"
    return EndNotice("Kubernetes 1.\(release.minor)", release.ends, on: today, wayOn: wayOn)
  }

  /// - Parameter release: what goes with Kubernetes, so that the way on is one that the inventory takes.
  package func notice(ofContainerd version: String, with release: Release, on today: Day) -> EndNotice? {
    guard let series = series(ofContainerd: version), let ends = series.ends else { return nil }
    let usual = release.parts[.containerd]?.usual
    let wayOn =
      usual.flatMap { self.series(ofContainerd: $0) } == series
      ? "update hearth, or set `cluster.versions.containerd` to a newer series"
      : "leave `cluster.versions.containerd` out\(usual.map { ", which takes \($0)," } ?? "") and run `hearth upgrade`"
    return EndNotice("containerd \(series.series)", ends, on: today, wayOn: wayOn)
  }

  package func notice(ofDebian release: Int, on today: Day) -> EndNotice? {
    guard let entry = debian.first(where: { $0.release == release }) else { return nil }
    let newest = debian.max { $0.release < $1.release }
    return EndNotice(
      "Debian \(entry.release) (\(entry.name))", entry.ends, on: today,
      wayOn: "install Debian \(newest?.release ?? release) on one host after the other, and `hearth node replace` each")
  }

  /// Every notice about a rack's own choices.
  package func notices(of cluster: Cluster, on today: Day) -> [EndNotice] {
    var found = [notice(ofKubernetes: cluster.kubernetes, on: today)].compactMap { $0 }
    if let release = release(of: cluster.kubernetes), release.source == .upstream,
      let containerd = cluster.versions.version(of: .containerd, with: release)
    {
      found += [notice(ofContainerd: containerd, with: release, on: today)].compactMap { $0 }
    }
    return found
  }
}
