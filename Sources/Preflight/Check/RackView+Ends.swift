import Inventory
import Provision
import Units

/// What gets no updates soon, and what does not run on the system that a host has.
extension RackView {
  /// - Parameter today: nil says nothing of days.
  func ends(_ today: Day?) -> [CheckFinding] {
    // A virtual rack is for trying things out; its releases are old on purpose.
    guard let today, rack.lab == nil else { return [] }
    return ReleaseTable.embedded.notices(of: rack.cluster, on: today).map { notice in
      CheckFinding(.releaseEnds, notice.text, remedy: Self.sentence(notice.wayOn))
    }
  }

  static func sentence(_ words: String) -> String { words.prefix(1).uppercased() + words.dropFirst() + "." }
}

extension HostView {
  private var debian: Int? {
    ["debian", "raspbian"].contains(facts.osID) ? Int(facts.osVersion.prefix { $0.isASCII && $0.isNumber }) : nil
  }

  func systemEnds(_ today: Day?) -> [CheckFinding] {
    // What is over already has a rule of its own, which needs no calendar.
    guard let today, let release = debian, let notice = ReleaseTable.embedded.notice(ofDebian: release, on: today),
      notice.daysLeft >= 0
    else { return [] }
    return [finding(.systemEnds, notice.text, remedy: RackView.sentence(notice.wayOn))]
  }

  /// The ordinary archives of newer containerds are built against a glibc that old systems do not have.
  func libraries() -> [CheckFinding] {
    let table = ReleaseTable.embedded
    guard let release = table.release(of: rack.cluster.kubernetes), release.source == .upstream,
      let containerd = rack.cluster.versions.version(of: .containerd, with: release),
      let needed = table.series(ofContainerd: containerd)?.glibc, let own = glibc, VersionRange.isLess(own, needed)
    else { return [] }
    return [finding(.libraryTooOld, "glibc \(own), and containerd \(containerd) needs \(needed)")]
  }

  /// Of the package where dpkg named it, otherwise that of the Debian release.
  private var glibc: String? {
    if let package = facts.packages["libc6"] {
      return VersionRange.numbers(of: package).map(String.init).joined(separator: ".")
    }
    return debian.flatMap { release in ReleaseTable.embedded.debian.first { $0.release == release }?.glibc }
  }
}
