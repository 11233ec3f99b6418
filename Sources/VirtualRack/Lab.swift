/// VirtualRack: makes and breaks hosts on this machine: real Debian systems with systemd and OpenSSH in namespaces, on a
/// network of their own without a way out. Nothing here knows Kubernetes.

/// The name of one virtual rack. Several live side by side, each in a network namespace of its own.
package struct Lab: Sendable, Equatable {
  /// A DNS label of at most 32 characters; `default` unless told otherwise.
  package var name: String

  package init(name: String = "default") { self.name = name }

  /// The network namespace that holds the rack's bridge; programs that talk to its hosts enter it.
  package var networkNamespacePath: String { "/run/netns/hearth-\(name)" }
}
