# Runs on a control-plane host: makes the namespace and everything in it, and prints the Services with their addresses.
set -u
namespace={{namespace}} mark={{mark}}
{{{kube}}}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
printf '%s\n' {{namespaceObject}} >"$work/namespace.json"
printf '%s\n' {{objects}} >"$work/objects.json"
kube create --validate=false -o name -f "$work/namespace.json" || exit 1
# Pods that are made before the controller manager has filled the namespace are tried again ever more rarely.
tries=0
until kube get --raw /api/v1/namespaces/"$namespace"/configmaps/kube-root-ca.crt >/dev/null 2>"$work/error"; do
  tries=$((tries + 1))
  if [ "$tries" -ge 200 ]; then
    echo "the controller manager does not fill new namespaces: kube-root-ca.crt is missing after a minute" >&2
    exit 1
  fi
  sleep 0.3
done
kube create --validate=false -o name -f "$work/objects.json" || exit 1
echo "=== $mark services"
kube get --raw /api/v1/namespaces/"$namespace"/services || exit 1
