import Diagnostics
import Provision
import Templates

extension ClusterNode {
  /// Old controller managers must be watched after a power cut; see ``KubernetesRelease/stallsAfterColdStart``.
  func evictionCare() throws(HearthError) -> [Resource] {
    guard release.stallsAfterColdStart else { return [] }
    let (service, timer) = ("hearth-eviction.service", "hearth-eviction.timer")
    let units = "/etc/systemd/system"
    let program = try Template.text(of: "eviction/keep-eviction-working")
    return [
      .file(.init("/usr/local/lib/hearth/keep-eviction-working", program, mode: 0o755)),
      .file(.init("\(units)/\(service)", try Template.text(of: "eviction/\(service)"))),
      .file(.init("\(units)/\(timer)", try Template.text(of: "eviction/\(timer)"))),
      .unit(.init(timer, restartOn: ["\(units)/\(timer)"])),
    ]
  }
}
