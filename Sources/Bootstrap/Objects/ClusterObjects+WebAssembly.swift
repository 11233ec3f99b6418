import Diagnostics
import Provision
import Untrusted

extension ClusterObjects {
  /// The RuntimeClass that hearth made goes with the runtime; nil where there is one.
  func formerRuntimeClass() -> Resource? {
    guard software.webAssembly == nil else { return nil }
    let selector = "runtimeclass -l app.kubernetes.io/managed-by=hearth"
    return .custom(
      .init(
        "former RuntimeClass", probe: "\(Kubectl.observe) get \(selector) -o name 2>/dev/null",
        judge: { _, output in
          String(decoding: output, as: UTF8.self).filledLines.map {
            FieldChange($0, from: "there", to: nil)
          }
        },
        apply: { () throws(HearthError) in
          .init("kubectl --kubeconfig=/etc/kubernetes/admin.conf delete \(selector)", timeout: .seconds(60))
        }))
  }
}
