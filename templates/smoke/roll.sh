# Runs on a control-plane host: rolls the Deployment to a new payload while a test pod asks it without pause.
set -u
mark={{mark}}
{{{kube}}}
KUBE_TIMEOUT={{seconds}}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
printf '%s\n' {{watch}} >"$work/watch.sh"

echo "=== $mark before"
kube -n {{namespace}} rollout status deployment/roll --timeout={{seconds}}s 2>&1
status=$?
echo "=== $mark before status"
echo "$status"
[ "$status" -eq 0 ] || exit 0
kube -n {{namespace}} exec -i {{pod}} -- sh -s <"$work/watch.sh" >"$work/watch" 2>&1 &
watch=$!
# Begin when the old pods have answered at least once.
tries=0
while [ "$tries" -lt 60 ] && kill -0 "$watch" 2>/dev/null && ! grep -q started "$work/watch"; do
  tries=$((tries + 1))
  sleep 0.1
done
echo "=== $mark patch"
kube -n {{namespace}} patch deployment roll -p {{patch}} 2>&1
echo "=== $mark rollout"
kube -n {{namespace}} rollout status deployment/roll --timeout={{seconds}}s >"$work/rollout" 2>&1
status=$?
cat "$work/rollout"
echo "=== $mark rollout status"
echo "$status"
wait "$watch"
echo "=== $mark watch"
cat "$work/watch"
