import Artifacts
import Bootstrap
import CBuild
import Diagnostics
import Foundation
import Inventory

/// What this program is, and what it can install.
struct VersionReport: Encodable, Equatable {
  /// One minor version of Kubernetes.
  struct Kubernetes: Encodable, Equatable {
    /// Such as `1.36`.
    var minor: String
    /// `upstream`, or `debian` where Debian's packages bring what goes with it.
    var source: String
    /// Those whose checksums are part of hearth; of others the user's lock file must know them.
    var versions: [String]
  }

  var version = hearthVersion
  /// 40 hexadecimal digits, with `-dirty` where files differed; nil for builds that nobody packaged.
  var commit: String?
  /// Of the commit, as in `2026-11-30T12:00:00Z`.
  var date: String?
  /// `release` or `debug`.
  var build: String
  /// Such as `linux/arm64`.
  var platform: String
  var kubernetes: [Kubernetes]
  /// Installed where the inventory names no version.
  var defaultKubernetes = KubernetesVersion.current.description
  /// The WebAssembly engine that nodes get.
  var wasmtime =
    ReleaseTable.embedded.release(of: .current).flatMap { PartVersions().version(of: .wasmtime, with: $0) } ?? "none"

  init() throws(HearthError) {
    let commit = String(cString: hearth_build_commit())
    let time = hearth_build_time()
    self.commit = commit.isEmpty ? nil : commit
    date = time == 0 ? nil : Date(timeIntervalSince1970: TimeInterval(time)).ISO8601Format()
    #if DEBUG
      build = "debug"
    #else
      build = "release"
    #endif
    platform = "\(Self.system)/\(Self.architecture)"
    let known = try ArtifactLock.embedded().versions(of: "kubelet")
    kubernetes = KubernetesRelease.table.map { release in
      Kubernetes(
        minor: "1.\(release.minor)", source: release.source == .debian ? "debian" : "upstream",
        versions: known.filter { $0.major == 1 && $0.minor == release.minor }.map(\.description))
    }
  }

  private static var system: String {
    #if os(macOS)
      "darwin"
    #else
      "linux"
    #endif
  }

  private static var architecture: String {
    #if arch(arm64)
      "arm64"
    #elseif arch(x86_64)
      "amd64"
    #else
      "unknown"
    #endif
  }

  var lines: [String] {
    var lines = ["hearth \(version)"]
    if let commit {
      let day = date.map { " of \($0.prefix(10))" } ?? ""
      lines.append("commit       \(commit)\(day)")
    } else {
      lines.append("commit       not recorded: built in a checkout, without scripts/package")
    }
    lines.append("build        \(build), \(platform)")
    for (index, release) in kubernetes.enumerated() {
      let versions = release.versions.isEmpty ? "" : ": \(release.versions.joined(separator: ", "))"
      let source = release.source == "debian" ? " (built from Debian's sources; virtual racks)" : ""
      lines.append("\(index == 0 ? "Kubernetes" : "")".padding(11) + "  \(release.minor)\(versions)\(source)")
    }
    lines.append("without one  \(defaultKubernetes)")
    lines.append("WebAssembly  wasmtime \(wasmtime)")
    return lines
  }
}
