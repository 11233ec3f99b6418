package import Diagnostics
import Foundation
package import HTTP

extension ImageArchive {
  /// What a push brought to a registry.
  package struct Pushed: Sendable, Equatable, Codable {
    package var reference: String
    /// Of what the tag names now: a manifest, or an index of several.
    package var digest: String
    package var uploadedBlobs = 0
    package var presentBlobs = 0
    package var uploadedBytes = 0
  }

  /// Brings the image to a registry: what it lacks of configurations and layers, then the manifests, the tag last, so that
  /// nobody ever pulls half an image.
  ///
  /// - Parameter report: is told of each blob: digest, bytes, and whether it had to be sent.
  /// - Throws: ``HearthError`` `local` when the archive is damaged or holds several images, `download` when the registry
  ///   refuses.
  package func push(
    to reference: ImageReference, access: RegistryAccess, http: HTTPClient,
    report: @Sendable (_ digest: String, _ bytes: Int, _ isNew: Bool) -> Void = { _, _, _ in }
  ) async throws(HearthError) -> Pushed {
    try await withLayout { layout throws(HearthError) in
      let parcel: ImageParcel
      do throws(ImageParcel.Mistake) {
        parcel = try ImageParcel(layout)
      } catch {
        throw broken(error.text)
      }
      let registry = RegistryClient(reference, http: http, access: access)
      var pushed = Pushed(reference: reference.description, digest: parcel.root.digest.description)
      for blob in parcel.blobs {
        let isNew = try await registry.push(blob.digest, file: blob.file)
        report(blob.digest.description, blob.bytes, isNew)
        pushed.uploadedBlobs += isNew ? 1 : 0
        pushed.presentBlobs += isNew ? 0 : 1
        pushed.uploadedBytes += isNew ? blob.bytes : 0
      }
      for manifest in parcel.manifests {
        try await registry.push(manifest: manifest.file, mediaType: manifest.mediaType, as: manifest.digest.description)
      }
      try await registry.push(manifest: parcel.root.file, mediaType: parcel.root.mediaType, as: reference.tag)
      return pushed
    }
  }
}
