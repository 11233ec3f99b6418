import Artifacts
import Diagnostics
import Foundation
import Inventory

/// What the hosts of a virtual rack get: they reach no server, so it is what a folder on this machine holds.
struct LabSoftware: Equatable {
  var kubernetes: KubernetesVersion
  var dns: AddOns.DNS
  /// Of parts that the folder holds in other versions than the usual ones.
  var versions: PartVersions

  /// What `scripts/build-kubernetes` makes, and what a folder without anything will be filled with.
  static let usual = KubernetesVersion(1, 20, 2)

  /// - Parameters:
  ///   - wanted: as a person wrote it; nil takes the usual version where the folder holds it, or else its newest.
  ///   - folder: with a lock file, in upstream's layout.
  /// - Throws: ``HearthError`` `usage` for a version that is none, or that the folder lacks.
  init(wanted: String?, folder: String, architecture: Architecture) throws(HearthError) {
    guard FileManager.default.fileExists(atPath: folder) else {
      self.init(kubernetes: try Self.version(wanted) ?? Self.usual, files: [], images: [])
      return
    }
    let lock = try ArtifactLock.load(source: .folder(folder))
    func isHere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(folder)/\(path)") }
    let files = lock.files.values.filter { $0.architecture == architecture && isHere($0.path) }
    let images = lock.images.filter { image in
      guard image.architecture == architecture, case .archive(let path, _) = image.place else { return false }
      return isHere(path)
    }
    let known = Set(files.filter { $0.name == "kubelet" }.compactMap { KubernetesVersion($0.version) })
      .filter(\.isSupported)
    let chosen = try Self.version(wanted)
    if let chosen, !known.isEmpty, !known.contains(chosen) {
      throw HearthError(
        .usage, "the artifact folder holds no Kubernetes \(chosen) for \(architecture.rawValue)",
        subject: Subject(file: folder),
        hint: "it holds \(known.sorted().map(\.description).joined(separator: ", "))")
    }
    let version = chosen ?? (known.isEmpty || known.contains(Self.usual) ? Self.usual : known.max() ?? Self.usual)
    self.init(kubernetes: version, files: files, images: images)
  }

  init(kubernetes: KubernetesVersion, files: [LockedFile], images: [LockedImage]) {
    self.kubernetes = kubernetes
    dns = images.contains { $0.name == "coredns" } ? .coredns : .dnsmasq
    versions = PartVersions()
    guard let release = ReleaseTable.embedded.release(of: kubernetes) else { return }
    for part in ReleaseTable.Part.allCases where !(release.source == .debian && part.isPackaged) && !part.isImage {
      guard let choice = release.parts[part], let usual = choice.usual else { continue }
      let name = part == .cni ? "cni-plugins" : part.rawValue
      let here = files.filter { $0.name == name }.map {
        $0.version.hasPrefix("v") ? String($0.version.dropFirst()) : $0.version
      }
      .filter(choice.range.contains)
      guard !here.contains(usual), let newest = here.max(by: VersionRange.isLess) else { continue }
      versions[part] = newest
    }
  }

  private static func version(_ text: String?) throws(HearthError) -> KubernetesVersion? {
    guard let text, !text.isEmpty else { return nil }
    guard let version = KubernetesVersion(text), version.isSupported else {
      throw HearthError(
        .usage, "`\(text)` is not a Kubernetes version that hearth installs",
        hint: "write all three numbers, of a release of \(KubernetesVersion.supportedList)")
    }
    return version
  }
}
