/// Where files come from. All sources keep upstream's own paths, so a mirror or a folder is a plain copy.
package enum ArtifactSource: Sendable, Hashable {
  /// Each project's own server.
  case upstream
  /// A server with the same paths below one URL.
  case mirror(String)
  /// A folder on this machine with the same paths below it, and a lock file of its own where it holds files that
  /// hearth's own lock file does not know.
  case folder(String)

  enum Location: Hashable {
    case url(String)
    case file(String)
    /// Only folders and mirrors hold such files.
    case nowhere
  }

  func location(of carrier: Carrier) -> Location {
    switch self {
    case .upstream: carrier.origin.isEmpty ? .nowhere : .url("\(carrier.origin)/\(carrier.path)")
    case .mirror(let base): .url("\(base.trimmingSlash)/\(carrier.path)")
    case .folder(let folder): .file("\(folder.trimmingSlash)/\(carrier.path)")
    }
  }
}

extension String {
  var trimmingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
