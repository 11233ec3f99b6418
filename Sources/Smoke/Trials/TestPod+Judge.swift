extension TestPod {
  /// States of a container that waiting does not fix.
  private static let hopelessReasons: Set<String> = [
    "ErrImageNeverPull", "InvalidImageName", "CreateContainerConfigError", "RunContainerError",
  ]

  init(_ pod: API.Pod) {
    let ready = pod.status.conditions?.contains { $0.type == "Ready" && $0.status == "True" } ?? false
    let container = pod.status.containerStatuses?.first
    let waiting = container?.state?.waiting
    var trouble: String?
    if !ready {
      let unscheduled = pod.status.conditions?.first { $0.type == "PodScheduled" && $0.status == "False" }
      let exit = container?.state?.terminated.map { "ended with status \($0.exitCode ?? -1)" }
      let parts = [
        pod.status.reason, pod.status.message, waiting?.reason, waiting?.message, unscheduled?.message, exit,
      ]
      trouble = joined([pod.status.phase ?? "Pending", joined(parts, ": ")], ", ")
    }
    self.init(
      ready: ready, address: pod.status.podIP, trouble: trouble,
      hopeless: !ready && (waiting?.reason.map(Self.hopelessReasons.contains) ?? false || pod.status.phase == "Failed"))
  }
}
