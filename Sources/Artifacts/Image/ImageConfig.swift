/// An image's configuration, as far as it is written and judged here.
struct ImageConfig: Codable, Sendable {
  struct Run: Codable, Sendable {
    var Entrypoint: [String]?
    var Cmd: [String]?
    var Env: [String]?
    var User: String?
    var WorkingDir: String?
    var StopSignal: String?
  }

  struct RootFS: Codable, Sendable {
    var type: String
    var diff_ids: [String]
  }

  var architecture: String
  var os: String
  var variant: String?
  var config: Run?
  var rootfs: RootFS?

  /// The words that a container of this image starts with.
  var command: [String] { (config?.Entrypoint ?? []) + (config?.Cmd ?? []) }
}
