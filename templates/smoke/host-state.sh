# What a host of the cluster says of itself: the clock, the cluster's units and certificates; on a control-plane host
# also its own API server and etcd member and, if asked for, the cluster. Sections start with a line "=== NAME".
# No key is read: of a file that holds certificate and key, only the first certificate is printed.
set -u
# In memory: a full disk is one of the things to be told.
work=$(mktemp -d -p /run) || exit 1
trap 'rm -rf "$work"' EXIT
{{#controlPlane}}

# get NAME SERVER PATH...: a request to one server, in the background.
get() {
  (
    timeout 10 {{kubectl}} --cache-dir=/run/hearth/kubectl "$2" "$3" get --raw "$4" >"$work/$1" 2>"$work/$1.error"
    echo "$?" >"$work/$1.status"
  ) &
}

get api --kubeconfig={{kubeconfig}} --server={{localServer}} '/readyz?verbose'
get etcd --kubeconfig=/dev/null --server={{etcdHealth}} /health
# etcd's own complaints, in the words of 3.4 and of later versions.
journalctl -q -u hearth-etcd --since=-10min -o cat --no-pager 2>/dev/null |
  grep -c -e 'sync duration of' -e 'slow fdatasync' >"$work/slow-writes" &
{{#cluster}}
get version --kubeconfig={{kubeconfig}} --server={{localServer}} /version
get nodes --kubeconfig={{kubeconfig}} --server={{localServer}} /api/v1/nodes
get deployments --kubeconfig={{kubeconfig}} --server={{localServer}} /apis/apps/v1/namespaces/kube-system/deployments
get daemonsets --kubeconfig={{kubeconfig}} --server={{localServer}} /apis/apps/v1/namespaces/kube-system/daemonsets
get leases --kubeconfig={{kubeconfig}} --server={{localServer}} /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases
{{/cluster}}
{{/controlPlane}}

echo "=== clock"
date +%s
echo "=== units"
systemctl show --no-pager --property=Id,LoadState,ActiveState,SubState,NRestarts {{units}}
echo "=== booted"
# By the clock of now: a board without a battery knew no time when it booted.
read -r up _ </proc/uptime
first=$(systemctl show --property=UserspaceTimestampMonotonic --value 2>/dev/null)
echo "$(($(date +%s) - ${up%.*} + ${first:-0} / 1000000))"
echo "=== images"
cat /etc/hearth/images 2>/dev/null
echo "=== wasm"
cat /var/lib/hearth/wasm-check 2>/dev/null
for file in {{certificates}}; do
  [ -f "$file" ] || continue
  echo "=== certificate $file"
  sed -n '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/p; /-END CERTIFICATE-/q' "$file"
done
{{#controlPlane}}
{{#endpoint}}
echo "=== endpoint"
ip -4 -o address show to {{endpoint}}
{{/endpoint}}
wait
echo "=== slow-writes"
cat "$work/slow-writes"
for name in api etcd{{#cluster}} version nodes deployments daemonsets leases{{/cluster}}; do
  echo "=== $name"
  cat "$work/$name"
  echo
  echo "=== $name status"
  cat "$work/$name.status"
  echo "=== $name error"
  tail -n 5 "$work/$name.error"
done
{{/controlPlane}}
