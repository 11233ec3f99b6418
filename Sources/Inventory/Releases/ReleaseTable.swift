package import Units

/// Which releases of Kubernetes hearth installs, which versions of other software go with each, and until when they get
/// updates. Data: `templates/releases.yaml`, which is part of the program.
package struct ReleaseTable: Sendable, Equatable {
  /// Installed where the inventory names no version.
  package var current: KubernetesVersion
  /// By minor version, oldest first.
  package var releases: [Release]
  package var containerd: [ContainerdSeries]
  package var debian: [DebianRelease]

  /// One minor version of Kubernetes 1.
  package struct Release: Sendable, Equatable {
    package var minor: Int
    package var source: Source
    /// The newest patch that was known when the table was written.
    package var newest: KubernetesVersion
    /// The last day with updates.
    package var ends: Day
    /// False for a release that is kept only so that racks can leave it.
    package var takesNewRacks: Bool
    package var parts: [Part: Choice]
  }

  package enum Source: String, Sendable, Codable {
    /// Kubernetes' own parts come from Debian's packages; only Kubernetes itself is delivered.
    case debian
    /// Everything is delivered from upstream's release files.
    case upstream
  }

  /// What is installed beside Kubernetes, and may be chosen in `cluster.versions`.
  package enum Part: String, Sendable, CaseIterable, Codable {
    case etcd
    case containerd
    case runc
    case cni
    case coredns
    case pause
    case wasmtime

    /// In the words of messages.
    package var title: String { self == .cni ? "the CNI plugins" : self == .coredns ? "CoreDNS" : rawValue }
    /// A host that gets Kubernetes' parts from Debian gets these from Debian's packages.
    package var isPackaged: Bool { [.etcd, .containerd, .runc, .cni].contains(self) }
    /// Comes as a container image.
    package var isImage: Bool { self == .coredns || self == .pause }
  }

  /// The versions of a part that go with a release.
  package struct Choice: Sendable, Equatable {
    /// Without a `v`; nil where Debian's packages decide.
    package var usual: String?
    package var range: VersionRange
  }

  package struct ContainerdSeries: Sendable, Equatable {
    /// Major and minor, such as `2.3`.
    package var series: String
    package var ends: Day?
    /// The oldest glibc that the ordinary archive runs with; nil where any of Debian's does.
    package var glibc: String?
  }

  package struct DebianRelease: Sendable, Equatable {
    package var release: Int
    package var name: String
    package var ends: Day
    package var glibc: String
  }

  package subscript(minor: Int) -> Release? { releases.first { $0.minor == minor } }

  /// The release of a version; nil for those that hearth does not know.
  package func release(of version: KubernetesVersion) -> Release? {
    version.major == 1 ? self[version.minor] : nil
  }

  /// Of a containerd version such as `2.3.4` or Debian's `1.6.20~ds1-1`.
  package func series(ofContainerd version: String) -> ContainerdSeries? {
    let numbers = VersionRange.numbers(of: version).prefix(2)
    return containerd.first { VersionRange.numbers(of: $0.series) == Array(numbers) }
  }

  /// The release that a rack on `minor` goes to next: one minor version up, where hearth knows it.
  package func successor(of minor: Int) -> Release? { self[minor + 1] }
}

/// Versions of the parts beside Kubernetes that the inventory names, in place of the release table's usual ones.
package struct PartVersions: Sendable, Equatable {
  /// Without a `v`, such as `3.6.14`.
  package var chosen: [ReleaseTable.Part: String]

  package init(_ chosen: [ReleaseTable.Part: String] = [:]) { self.chosen = chosen }

  package subscript(part: ReleaseTable.Part) -> String? {
    get { chosen[part] }
    set { chosen[part] = newValue }
  }

  /// What is installed with a release: the inventory's choice, or the usual one; nil where Debian's packages decide.
  package func version(of part: ReleaseTable.Part, with release: ReleaseTable.Release) -> String? {
    chosen[part] ?? release.parts[part]?.usual
  }
}
