import Schema

/// `cluster.versions`: one key for each part of the release table.
enum VersionKeys {
  static let kind = Kind<[ReleaseTable.Part: Located<String>]>.object(
    "versions", "Versions of what is installed beside Kubernetes.", keys: ReleaseTable.Part.allCases.map(key)
  ) { fields in
    var versions: [ReleaseTable.Part: Located<String>] = [:]
    for part in ReleaseTable.Part.allCases { versions[part] = fields[key(part)] }
    return versions
  }

  private static func key(_ part: ReleaseTable.Part) -> Key<Located<String>> {
    Key(part.rawValue, Kind<String>.partVersion.located, fallback: usual(part), doc(part))
  }

  private static func usual(_ part: ReleaseTable.Part) -> String? {
    let table = ReleaseTable.embedded
    return table.release(of: table.current)?.parts[part]?.usual.map { "\($0) with Kubernetes \(table.current)" }
  }

  private static func doc(_ part: ReleaseTable.Part) -> String {
    switch part {
    case .etcd: "etcd, the cluster's store."
    case .containerd: "containerd, which runs containers."
    case .runc: "runc, which containerd starts them with."
    case .cni: "The CNI plugins: bridge, host-local, loopback, portmap."
    case .coredns: "CoreDNS; its image must stand in a lock file."
    case .pause: "The pause image of every pod; it must stand in a lock file."
    case .wasmtime: "wasmtime, the WebAssembly engine."
    }
  }
}

extension Kind where Value == String {
  /// A version of a part, without the `v` that some projects write before it.
  static let partVersion = text(.partVersion) { text, _ in text.hasPrefix("v") ? String(text.dropFirst()) : text }
}
