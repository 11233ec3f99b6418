# Runs on a control-plane host: removes a smoke test's namespaces. Their pods go at once; what is left of the namespace
# itself the controller manager removes on its own.
set -u
{{{kube}}}
failed=0
set -- {{namespaces}}
for namespace in "$@"; do
  kube delete namespace "$namespace" --ignore-not-found --wait=false || failed=1
  kube -n "$namespace" delete pods --all --force --grace-period=0 --wait=false 2>/dev/null || failed=1
done
exit "$failed"
