# Runs on a control-plane host: kubectl's own ways to one test pod, and through exec the requests of that pod.
set -u
mark={{mark}}
{{{kube}}}
KUBE_TIMEOUT={{timeout}}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
{{{fetch}}}
printf '%s\n' {{requests}} >"$work/requests.sh"

{
  kube -n {{namespace}} exec -i {{pod}} -- sh -s <"$work/requests.sh" >"$work/exec" 2>"$work/exec.error"
  echo "$?" >"$work/exec.status"
} &
requests=$!

kube get --raw {{logPath}} >"$work/logs" 2>"$work/logs.error"
echo "$?" >"$work/logs.status"

timeout 10 {{kubectl}} --kubeconfig={{kubeconfig}} --cache-dir=/run/hearth/kubectl -n {{namespace}} \
  port-forward --address=127.0.0.1 {{podName}} :8080 >"$work/forward.log" 2>&1 &
forward=$!
port=
tries=0
while [ "$tries" -lt 80 ] && kill -0 "$forward" 2>/dev/null; do
  port=$(sed -n 's/^Forwarding from 127\.0\.0\.1:\([0-9]*\) .*/\1/p' "$work/forward.log")
  [ -z "$port" ] || break
  tries=$((tries + 1))
  sleep 0.1
done
if [ -n "$port" ]; then
  fetch 127.0.0.1 "$port" {{forwardQuery}} >"$work/forward" 2>>"$work/forward.log"
  echo "$?" >"$work/forward.status"
else
  echo 1 >"$work/forward.status"
fi
kill "$forward" 2>/dev/null
wait "$forward" 2>/dev/null
wait "$requests"

for name in exec logs forward; do
  echo "=== $mark $name"
  cat "$work/$name" 2>/dev/null
  echo
  echo "=== $mark $name status"
  cat "$work/$name.status"
done
echo "=== $mark exec error"
tail -n 3 "$work/exec.error"
echo "=== $mark logs error"
tail -n 3 "$work/logs.error"
echo "=== $mark forward error"
tail -n 3 "$work/forward.log"
