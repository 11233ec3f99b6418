/// What registries answer, by the OCI image specification and Docker's older formats, as far as a pull needs it.
struct Descriptor: Codable, Sendable, Equatable {
  struct Platform: Codable, Sendable, Equatable {
    var architecture: String
    var os: String
    var variant: String?
  }

  var mediaType: String
  /// `sha256:…`
  var digest: String
  var size: Int
  var platform: Platform?
  var annotations: [String: String]?
}

/// Of one platform.
struct ImageManifest: Codable, Sendable {
  var config: Descriptor
  var layers: [Descriptor]

  static let mediaTypes = [
    "application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json",
  ]
}

/// Of several platforms; also `index.json` of an archive.
struct ImageIndex: Codable, Sendable {
  var schemaVersion = 2
  var manifests: [Descriptor]

  static let mediaTypes = [
    "application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json",
  ]

  func manifest(for architecture: Architecture) -> Descriptor? {
    manifests.first { $0.platform?.os == "linux" && $0.platform?.architecture == architecture.rawValue }
  }
}
