package import Artifacts

/// The files that the cluster is made of, for one architecture, on the operator's machine.
package struct Software: Sendable {
  /// A container image that is brought to the nodes as an archive.
  package struct Image: Sendable, Equatable {
    /// What pods call it, such as `registry.k8s.io/pause:3.10`.
    package var reference: String
    package var archive: LocalFile
    package init(reference: String, archive: LocalFile) {
      self.reference = reference
      self.archive = archive
    }
  }

  /// A program or archive member and where it belongs on a host.
  package struct Program: Sendable, Equatable {
    /// Absolute.
    package var path: String
    package var file: LocalFile
    /// False for what every node needs.
    package var onlyOnControlPlane: Bool
    package init(path: String, file: LocalFile, onlyOnControlPlane: Bool) {
      self.path = path
      self.file = file
      self.onlyOnControlPlane = onlyOnControlPlane
    }
  }

  package var programs: [Program]
  /// The container that holds a pod's namespaces.
  package var pause: Image
  /// The cluster's DNS server; nil where the inventory says `dns: none`.
  package var dns: Image?
  /// What the smoke test's pods run.
  package var smoke: Image?

  package init(programs: [Program], pause: Image, dns: Image?, smoke: Image? = nil) {
    self.programs = programs
    self.pause = pause
    self.dns = dns
    self.smoke = smoke
  }

  var images: [Image] { [pause] + [dns, smoke].compactMap { $0 } }
}
