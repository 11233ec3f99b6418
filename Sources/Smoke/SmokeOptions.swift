import Diagnostics

/// How a smoke test runs. Times are as long as given here, or longer by `HEARTH_PATIENCE`.
package struct SmokeOptions: Sendable {
  /// The test image, already on every node: busybox with working name resolution, and openssl. nil means the one that
  /// each host's `/etc/hearth/images` names.
  package var image: String?
  /// How long what fails at the first look may take to come right.
  package var settling: Duration
  /// How long pods may take to run.
  package var podTimeout: Duration
  /// How long a single connection is tried again before it counts as failed: kube-proxy and DNS follow with a delay.
  package var patience: Duration
  /// How long a cluster may need after a node came back. Watches that broke off are taken up again with growing pauses, up
  /// to a minute, by kubelets, kube-proxy and controllers alike; until then new pods and Services are not seen by all.
  package var calming: Duration
  /// Keeps the namespace for a look by hand; the next run removes it.
  package var keep: Bool
  /// `kubectl exec` and the like at once on one control-plane host; more than 9 exceed what sshd allows a connection.
  package var parallelism: Int

  package init(
    image: String? = nil, settling: Duration = .seconds(20), podTimeout: Duration = .seconds(30),
    patience: Duration = .seconds(6), calming: Duration = .seconds(90),
    keep: Bool = false, parallelism: Int = 6
  ) {
    self.image = image
    self.settling = settling.patient
    self.podTimeout = podTimeout.patient
    self.patience = patience.patient
    self.calming = calming.patient
    self.keep = keep
    self.parallelism = parallelism
  }
}
