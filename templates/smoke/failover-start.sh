# Runs on a control-plane host: makes the Deployments of a failover test, waits until they serve, and says where.
set -u
{{{kube}}}
KUBE_TIMEOUT=90
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cat >"$work/namespace.json" <<'END_OF_NAMESPACE'
{{{namespaceObject}}}
END_OF_NAMESPACE
cat >"$work/objects.yaml" <<'END_OF_OBJECTS'
{{{objects}}}
END_OF_OBJECTS
kube create --validate=false -o name -f "$work/namespace.json" || exit 1
kube create --validate=false -o name -f "$work/objects.yaml" || exit 1
for name in {{names}}; do
  kube -n {{namespace}} rollout status "deployment/$name" --timeout=80s || exit 1
done
echo "=== pods"
kube get --raw '/api/v1/namespaces/{{namespace}}/pods' || exit 1
echo
echo "=== services"
kube get --raw '/api/v1/namespaces/{{namespace}}/services' || exit 1
