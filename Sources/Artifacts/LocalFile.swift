package import HTTP

/// A verified file in the operator's artifact cache, ready to be delivered to hosts.
package struct LocalFile: Sendable, Hashable {
  /// Absolute path on the operator's machine.
  package var path: String
  /// Lower-case hex of the file's bytes.
  package var sha256: String
  package var bytes: Int
  /// A gzip-compressed copy, for the way to the host; nil where compressing does not pay.
  package var gzipped: String?

  package init(path: String, sha256: String, bytes: Int, gzipped: String? = nil) {
    self.path = path
    self.sha256 = sha256
    self.bytes = bytes
    self.gzipped = gzipped
  }
}

/// A lock file's word on one of upstream's files: these bytes and no others.
package struct LockedFile: Sendable, Hashable {
  /// For people: what the file is.
  package let name: String
  package let version: String
  package let architecture: Architecture
  /// As ``UpstreamFile/path``.
  package let path: String
  package let checksum: Checksum

  package init(name: String, version: String, architecture: Architecture, path: String, checksum: Checksum) {
    self.name = name
    self.version = version
    self.architecture = architecture
    self.path = path
    self.checksum = checksum
  }
}

/// A lock file's word on a container image.
package struct LockedImage: Sendable, Hashable {
  package enum Place: Sendable, Hashable {
    /// Pulled from the registry in the reference; the digest is that of the manifest or of the manifest list.
    case registry(digest: Checksum)
    /// An OCI archive at this path of the source.
    case archive(path: String, checksum: Checksum)
  }

  /// Short and stable, such as `pause`.
  package let name: String
  package let architecture: Architecture
  /// The name that pods and containerd's configuration use, such as `registry.k8s.io/pause:3.10.1`.
  package let reference: String
  package let place: Place

  /// What a lock file may name once.
  package struct Key: Sendable, Hashable {
    package let name: String
    package let architecture: Architecture
  }

  package var key: Key { Key(name: name, architecture: architecture) }

  package init(name: String, architecture: Architecture, reference: String, place: Place) {
    self.name = name
    self.architecture = architecture
    self.reference = reference
    self.place = place
  }
}
