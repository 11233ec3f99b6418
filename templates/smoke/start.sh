# Runs on a control-plane host: makes the namespace and everything in it, and prints the Services with their addresses.
set -u
{{{kube}}}
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
echo "=== services"
kube get --raw /api/v1/namespaces/{{namespace}}/services || exit 1
