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

extension ImageReport {
  /// Bytes above which a pull over a home network is felt.
  static let largeBytes = 200 << 20

  /// Judges the variants.
  ///
  /// - Parameter wanted: the architectures of the nodes that will run the image.
  init(reference: String?, variants: [Variant], wanted: [Architecture]) {
    self.init(reference: reference, variants: variants, findings: [])
    findings = (isArtifact ? artifact : missing(wanted)) + pages + foreign + webAssembly + size
    if reference == nil {
      findings.append(
        .init(
          weight: .failure, text: "the archive does not say what the image is called",
          hint: "Save it with a name and a tag, such as registry.example/shop:1.0."))
    }
  }

  private func missing(_ wanted: [Architecture]) -> [Finding] {
    let have = variants.filter { $0.os == "linux" }.map(\.architecture)
    return wanted.filter { !have.contains($0.rawValue) }.map { architecture in
      Finding(
        weight: .failure,
        text: "no image for linux/\(architecture.rawValue); it has "
          + (variants.isEmpty ? "none" : variants.map { "\($0.os)/\($0.architecture)" }.joined(separator: ", ")),
        hint: "Build it for several platforms, such as `docker buildx build --platform linux/amd64,linux/arm64`.")
    }
  }

  private var pages: [Finding] {
    variants.filter { $0.architecture == "arm64" && !$0.smallPages.isEmpty }.map { variant in
      Finding(
        weight: .warning,
        text: "built for pages of 4 KiB, which a Pi 5 with its usual 16 KiB kernel cannot load: "
          + Self.some(variant.smallPages),
        hint: "Link with -z max-page-size=65536, take a newer base image, or set kernel=kernel8.img in config.txt.")
    }
  }

  private var foreign: [Finding] {
    variants.filter { !$0.strangers.isEmpty }.map { variant in
      Finding(
        weight: .warning,
        text: "the image says \(variant.architecture) and holds programs of another architecture: "
          + Self.some(variant.strangers),
        hint: "Build the image on its own architecture, or with --platform in every FROM line.")
    }
  }

  private var artifact: [Finding] {
    [
      Finding(
        weight: .failure,
        text:
          "this is an OCI artifact: its WebAssembly is a layer by itself and no file of an image, which pods cannot run",
        hint:
          "`hearth image load` makes an image of it on its way; or make one of the file: `hearth image pack app.wasm`.")
    ]
  }

  private var webAssembly: [Finding] {
    guard let form = variants.lazy.compactMap(\.webAssembly).first else { return [] }
    let problem = variants.lazy.compactMap(\.problem).first.map {
      Finding(weight: .failure, text: "no node could run it: \($0)", hint: nil)
    }
    return (problem.map { [$0] } ?? []) + [
      Finding(
        weight: .note, text: "this is a WebAssembly image (\(form.rawValue)): without a RuntimeClass it cannot run",
        hint: "Write `runtimeClassName: wasmtime` into the pod's spec.")
    ]
  }

  private var size: [Finding] {
    guard let largest = variants.map(\.bytes).max(), largest > Self.largeBytes else { return [] }
    return [
      Finding(
        weight: .note, text: "\(largest >> 20) MiB are pulled and unpacked by every node that runs it",
        hint: "A smaller base image, or a static program on none, starts sooner after a node was lost.")
    ]
  }

  private static func some(_ names: [String]) -> String {
    names.prefix(4).joined(separator: ", ") + (names.count > 4 ? " and \(names.count - 4) more" : "")
  }
}
