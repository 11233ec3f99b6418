package import Diagnostics
import Foundation
package import HTTP
import Untrusted

/// An image in a tar file, as OCI tools and `docker save` write it.
package struct ImageArchive: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// Looks at every platform of the image and at every program in it.
  ///
  /// - Parameter wanted: the architectures of the nodes that will run it.
  /// - Throws: ``HearthError`` `local` when the file is missing, is not an image archive, or is damaged.
  package func inspect(for wanted: [Architecture]) async throws(HearthError) -> ImageReport {
    try await withLayout { layout throws(HearthError) in
      let (reference, images) = try contents(layout)
      var variants: [ImageReport.Variant] = []
      var limits = TarLimits.image
      for (number, image) in images.enumerated() {
        variants.append(try await variant(image, layout, root: "\(layout.folder)/root-\(number)", &limits))
      }
      return ImageReport(reference: reference, variants: variants, wanted: wanted)
    }
  }

  /// Makes an image that nodes run of an OCI artifact.
  ///
  /// - Parameter target: the archive that is written.
  /// - Throws: ``HearthError`` `local` when this is not such an artifact; else as ``WebAssemblyImage/pack(_:as:to:)``.
  package func repack(as reference: String, to target: String) async throws(HearthError) -> WebAssemblyImage {
    try await withLayout { layout throws(HearthError) in
      for layer in try contents(layout).1.flatMap(\.layers)
      where WebAssemblyFile(header: try FileHead.read(layer, bytes: 16)) != nil {
        return try await WebAssemblyImage.pack(layer, as: reference, to: target)
      }
      throw broken("no layer of it is WebAssembly")
    }
  }

  /// Unpacks the archive for as long as `body` runs.
  func withLayout<Result>(
    _ body: (ImageLayout) async throws(HearthError) -> Result
  ) async throws(HearthError) -> Result {
    guard access(path, R_OK) == 0 else { throw HearthError.file("cannot read", path, errno: errno) }
    try RegularFile.check(path)
    let scratch = try ScratchFolder("hearth-image")
    defer { scratch.remove() }
    let folder = scratch.path + "/content"
    try ArtifactCache.makeFolder(folder)
    do {
      try await TarLimits.image.check(path)
      try await Self.extract(path, to: folder)
    } catch {
      guard error.code == .local else { throw error }
      throw broken("it is not a tar file, or it is damaged")
    }
    return try await body(ImageLayout(folder: folder))
  }

  private func contents(_ layout: ImageLayout) throws(HearthError) -> (String?, [ImageLayout.Image]) {
    guard let contents = layout.contents() else {
      throw broken("it holds neither index.json nor manifest.json, so it is not an image")
    }
    guard !contents.images.isEmpty else {
      throw broken("parts of the image are missing, named by no proper digest, or more than \(ImageLayout.mostParts)")
    }
    return contents
  }

  private func variant(
    _ image: ImageLayout.Image, _ layout: ImageLayout, root: String, _ limits: inout TarLimits
  ) async throws(HearthError) -> ImageReport.Variant {
    var variant = ImageReport.Variant(
      os: image.config.os, architecture: image.config.architecture, bytes: image.bytes, command: image.config.command,
      smallPages: [], strangers: [])
    guard image.config.os == "linux" || image.config.os.hasPrefix("wasi") else { return variant }
    try ArtifactCache.makeFolder(root)
    var files = ImageRoot(folder: root)
    for layer in image.layers {
      if let form = WebAssemblyFile(header: try FileHead.read(layer, bytes: 16)) {
        variant.webAssembly = form
        variant.isArtifact = true
        variant.problem = WebAssemblyVerdict(contentsOf: layer)?.problem
        continue
      }
      do {
        try await limits.count(layer)
        try await Self.extract(layer, to: root)
      } catch {
        guard error.code == .local else { throw error }
        throw broken("a layer cannot be unpacked")
      }
      files.liftLinks()
    }
    if let command = image.config.command.first, let file = files.find(command, image.config) {
      variant.program = file
      variant.webAssembly = WebAssemblyFile(header: (try? FileHead.read(root + file, bytes: 16)) ?? [])
      if variant.webAssembly != nil { variant.problem = WebAssemblyVerdict(contentsOf: root + file)?.problem }
    }
    for (name, header) in files.programs() {
      if header.machine != image.config.architecture { variant.strangers.append(name) }
      if header.pageBytes < 16 << 10 { variant.smallPages.append(name) }
    }
    return variant
  }

  /// Only plain files, links and folders; without owners, so that no root is needed.
  private static func extract(_ file: String, to folder: String) async throws(HearthError) {
    try await LocalProgram.run(
      "tar",
      [
        "--extract", "--force-local", "--file", file, "--directory", folder, "--no-same-owner", "--no-same-permissions",
        "--exclude=dev/*", "--exclude=./dev/*", "--delay-directory-restore",
      ])
    // A folder that cannot be looked into could hide links. Those that are met on the way are not followed.
    try await LocalProgram.run("chmod", ["--recursive", "u+rwX", folder])
  }

  func broken(_ reason: String) -> HearthError {
    HearthError(
      .local, reason, subject: Subject(file: path),
      hint: "Save the image again: `docker save`, `skopeo copy … oci-archive:` or `hearth image pack`.",
      command: "tar -tf \(path.shellQuoted)")
  }
}

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
      let parcel: PushPlan
      do throws(PushPlan.Mistake) {
        parcel = try PushPlan(layout)
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
