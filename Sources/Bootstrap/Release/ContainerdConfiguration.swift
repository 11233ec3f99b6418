import Inventory

/// How containerd's configuration file looks for one version of containerd.
struct ContainerdConfiguration: Equatable {
  /// Of the file: 2 up to containerd 1.7, 3 from 2.0 on, 4 from 2.4 on.
  var format: Int
  /// `cni.bin_dir` is deprecated since 2.1 and gone in 2.4; `cni.bin_dirs` takes its place.
  var knowsFolders: Bool

  /// - Parameter containerd: such as `2.3.4` or Debian's `1.6.20~ds1-1`; nil where none is known yet, which happens with
  ///   Debian's packages before they are installed, and these are older than 2.
  init(containerd: String?) {
    let numbers = containerd.map { VersionRange.numbers(of: $0) } ?? []
    let (major, minor) = (numbers.first ?? 1, numbers.count > 1 ? numbers[1] : 0)
    format = major < 2 ? 2 : major == 2 && minor < 4 ? 3 : 4
    knowsFolders = major > 2 || major == 2 && minor >= 1
  }

  /// Below `templates/`: the plugins have other names from containerd 2.0 on.
  var template: String { format == 2 ? "containerd/config-v2.toml" : "containerd/config-v3.toml" }
}
