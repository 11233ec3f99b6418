extension InventoryRule {
  /// What is named in `cluster.versions` must go with the Kubernetes release, and be hearth's to install.
  static let partVersions = InventoryRule { document, decoding in
    let table = ReleaseTable.embedded
    guard let release = table.release(of: document.cluster.kubernetes?.value ?? table.current) else { return }
    for part in ReleaseTable.Part.allCases {
      guard let version = document.cluster.versions[part] else { continue }
      if release.source == .debian, part.isPackaged {
        decoding.add(
          "with Kubernetes 1.\(release.minor), \(part.title) comes from Debian's packages", at: version.place,
          hint: "leave the key out")
      } else if let choice = release.parts[part], !choice.range.contains(version.value) {
        decoding.add(
          "\(part.title) \(version.value) does not go with Kubernetes 1.\(release.minor)", at: version.place,
          hint: "take \(choice.range)\(choice.usual.map { "; the usual one is \($0)" } ?? "")")
      }
    }
  }
}
