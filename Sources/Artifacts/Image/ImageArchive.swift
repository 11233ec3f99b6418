package import Diagnostics
import Foundation
import HTTP

/// An image in a tar file, as OCI tools and `docker save` write it.
package struct ImageArchive: Sendable {
  package let path: String

  package init(path: String) { self.path = path }

  /// Looks at every platform of the image and at every program in it.
  ///
  /// - Parameter wanted: the architectures of the nodes that shall run it.
  /// - Throws: ``HearthError`` `local` when the file is missing, is no image archive, or is damaged.
  package func inspect(for wanted: [Architecture]) async throws(HearthError) -> ImageReport {
    try await withLayout { layout throws(HearthError) in
      let (reference, images) = try contents(layout)
      var variants: [ImageReport.Variant] = []
      for (number, image) in images.enumerated() {
        variants.append(try await variant(image, layout, root: "\(layout.folder)/root-\(number)"))
      }
      return ImageReport(reference: reference, variants: variants, wanted: wanted)
    }
  }

  /// Unpacks the archive for as long as `body` runs.
  func withLayout<Result>(
    _ body: (ImageLayout) async throws(HearthError) -> Result
  ) async throws(HearthError) -> Result {
    let scratch = NSTemporaryDirectory() + "hearth-image-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    try ArtifactCache.makeFolder(scratch)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw HearthError.file("cannot read", path, errno: errno == 0 ? ENOENT : errno)
    }
    do {
      try await Self.extract(path, to: scratch)
    } catch {
      guard error.code == .local else { throw error }
      throw broken("it is not a tar file, or it is damaged")
    }
    return try await body(ImageLayout(folder: scratch))
  }

  private func contents(_ layout: ImageLayout) throws(HearthError) -> (String?, [ImageLayout.Image]) {
    guard let contents = layout.contents() else {
      throw broken("it holds neither index.json nor manifest.json, so it is no image")
    }
    guard !contents.images.isEmpty else { throw broken("parts of the image are missing") }
    return contents
  }

  private func variant(
    _ image: ImageLayout.Image, _ layout: ImageLayout, root: String
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
        continue
      }
      do {
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
        "--extract", "--file", file, "--directory", folder, "--no-same-owner", "--no-same-permissions",
        "--exclude=dev/*", "--exclude=./dev/*", "--delay-directory-restore",
      ])
    // A folder that cannot be looked into could hide links. Those that are met on the way are not followed.
    try await LocalProgram.run("chmod", ["--recursive", "u+rwX", folder])
  }

  func broken(_ reason: String) -> HearthError {
    HearthError(
      .local, reason, subject: Subject(file: path),
      hint: "Save the image anew: `docker save`, `skopeo copy … oci-archive:` or `hearth image pack`.",
      command: "tar -tf '\(path)'")
  }
}
