/// Artifacts: what is downloaded or pulled, by name, version and architecture; verified, cached, ready for delivery.

/// One file that a host needs: a program, or the archive of a container image.
package struct Artifact: Sendable, Hashable {
  package enum Content: Sendable, Hashable {
    /// A program; the first carrier that the lock file knows is taken.
    case program([Carrier])
    case image(LockedImage)
  }

  /// The program's name on the host, such as `kubelet`; of an image its short name, such as `pause`.
  package let name: String
  /// As upstream writes it, such as `v1.36.2`; of an image its whole reference.
  package let version: String
  package let architecture: Architecture
  package let content: Content

  package init(_ name: String, version: String, architecture: Architecture, carriers: [Carrier]) {
    self.name = name
    self.version = version
    self.architecture = architecture
    content = .program(carriers)
  }

  /// An image that a lock file names.
  package init(image: LockedImage) {
    name = image.name
    version = image.reference
    architecture = image.architecture
    content = .image(image)
  }

  /// Must be pulled; is not a file of the source.
  var isInRegistry: Bool {
    if case .image(let image) = content, case .registry = image.place { true } else { false }
  }

  /// Name and architecture, as in `kubelet-arm64`; images as in `image-pause-arm64`.
  package var key: String {
    if case .image = content { return "image-\(name)-\(architecture.rawValue)" }
    return "\(name)-\(architecture.rawValue)"
  }
}

/// A file that upstream offers, and where in it a program lies.
package struct Carrier: Sendable, Hashable {
  /// Upstream's server, without a slash at the end, such as `https://dl.k8s.io`; empty for what upstream does not have.
  package let origin: String
  /// Path on that server, without a slash at the start; mirrors and folders keep it.
  package let path: String
  /// Path of the program inside the archive; nil when the file is the program.
  package let member: String?

  package init(origin: String, path: String, member: String? = nil) {
    self.origin = origin
    self.path = path
    self.member = member
  }
}
