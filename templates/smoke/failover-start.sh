# Runs on a control-plane host: makes the Deployments of a failover test, waits until they serve, and says where.
set -u
namespace={{namespace}} mark={{mark}}
{{{kube}}}
KUBE_TIMEOUT=90
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
printf '%s\n' {{namespaceObject}} >"$work/namespace.json"
printf '%s\n' {{objects}} >"$work/objects.json"
kube create --validate=false -o name -f "$work/namespace.json" || exit 1
kube create --validate=false -o name -f "$work/objects.json" || exit 1
for name in {{names}}; do
  kube -n "$namespace" rollout status "deployment/$name" --timeout=80s || exit 1
done
echo "=== $mark pods"
kube get --raw "/api/v1/namespaces/$namespace/pods" || exit 1
echo
echo "=== $mark services"
kube get --raw "/api/v1/namespaces/$namespace/services" || exit 1
