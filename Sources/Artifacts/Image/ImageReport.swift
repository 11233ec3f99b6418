/// What can be known about an image before it is deployed.
package struct ImageReport: Sendable, Codable, Equatable {
  /// One platform of the image.
  package struct Variant: Sendable, Codable, Equatable {
    package var os: String
    package var architecture: String
    /// What is pulled: layers and configuration, as they lie in the archive.
    package var bytes: Int
    package var command: [String]
    /// Where the command's file lies in the image, without links; nil when it was not found.
    package var program: String?
    /// Set when the command is WebAssembly.
    package var webAssembly: WebAssemblyFile?
    /// Why nodes would refuse that WebAssembly; nil when they run it.
    package var problem: String?
    /// The image's layers are not file systems but files, as `wkg`, `oras` and `spin` push WebAssembly.
    package var isArtifact: Bool?
    /// Programs and libraries that a kernel with pages of 16 KiB, as on a Pi 5, cannot load.
    package var smallPages: [String]
    /// Programs for another architecture than the image says.
    package var strangers: [String]
  }

  package struct Finding: Sendable, Codable, Equatable {
    package enum Weight: String, Sendable, Codable {
      /// It cannot run as it is.
      case failure
      case warning
      case note
    }
    package var weight: Weight
    package var text: String
    package var hint: String?
  }

  /// nil when the archive names none.
  package var reference: String?
  package var variants: [Variant]
  package var findings: [Finding]

  package var isUsable: Bool { !findings.contains { $0.weight == .failure } }
  package var isArtifact: Bool { variants.contains { $0.isArtifact == true } }
  package var isWebAssembly: Bool { variants.contains { $0.webAssembly != nil } }
}
