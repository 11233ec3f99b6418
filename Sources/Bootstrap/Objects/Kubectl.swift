import Diagnostics
import Smoke

/// kubectl on a control-plane host. It does apply and wait; what it prints as JSON is judged here.
enum Kubectl {
  /// The whole command of the host's administrator, as words.
  static let admin = ClusterAccess.standard.words

  /// The same as a `sh` function `kube`, to be put before a program that holds templates of Go.
  static let function = "kube() { \(admin.shellWords) \"$@\"; }\n"

  /// Of a guest's credential.
  private static let guest =
    #"kubectl="kubectl --kubeconfig=$HEARTH_FILES/kubeconfig --cache-dir=/var/lib/hearth/kubectl""#

  /// For observation: reads with the host's own administrator credential, and gives up soon.
  static let observe = (["kubectl"] + admin.dropFirst() + ["--request-timeout=5s"]).shellWords

  /// Applies `objects.json`. The credential is a guest's, good for a day and gone after the program: the right of
  /// administrators is among the objects.
  static let apply = """
    \(Kubectl.guest)
    # Those that exist are refused, and taken care of by the apply.
    $kubectl create -f "$HEARTH_FILES/nodes.json" >/dev/null 2>&1 || :
    $kubectl apply --server-side --force-conflicts --field-manager=hearth -f "$HEARTH_FILES/objects.json" || exit 1

    """

  /// The same for objects that are not nodes.
  static let applyAccess = """
    \(Kubectl.guest)
    $kubectl apply --server-side --force-conflicts --field-manager=hearth -f "$HEARTH_FILES/objects.json" || exit 1

    """

  /// Labels of roles that the node no longer has go, and with the control plane its taint.
  static func keepRoles(of node: String, _ labels: Set<String>) -> String {
    let former = ClusterObjects.allRoleLabels.filter { !labels.contains($0) }
    guard !former.isEmpty else { return "" }
    let keys = former.map { "\($0)-" }.shellWords
    return "$kubectl label node \(node.shellQuoted) \(keys) >/dev/null || exit 1\n"
      + former.map { role in
        "$kubectl taint node \([node, "\(role):NoSchedule-"].shellWords) >/dev/null 2>&1 || :\n"
      }.joined()
  }

  static func taint(_ wanted: ClusterObjects.NodeTaint) -> String {
    "$kubectl taint node \([wanted.node, wanted.argument].shellWords) --overwrite || exit 1\n"
  }
}
