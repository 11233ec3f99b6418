# What a host of the cluster says of itself: the clock, the cluster's units and certificates; on a control-plane host
# also its own API server and etcd member and, if asked for, the cluster. Sections start with a line "=== MARK NAME".
# No key is read: of a file that holds certificate and key, only the first certificate is printed.
set -u
mark={{mark}}
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
{{#detailed}}
get metrics --kubeconfig=/dev/null --server={{etcdHealth}} /metrics
{{/detailed}}
{{#cluster}}
get version --kubeconfig={{kubeconfig}} --server={{localServer}} /version
get nodes --kubeconfig={{kubeconfig}} --server={{localServer}} /api/v1/nodes
get deployments --kubeconfig={{kubeconfig}} --server={{localServer}} /apis/apps/v1/namespaces/kube-system/deployments
get daemonsets --kubeconfig={{kubeconfig}} --server={{localServer}} /apis/apps/v1/namespaces/kube-system/daemonsets
get leases --kubeconfig={{kubeconfig}} --server={{localServer}} /apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases
get policies --kubeconfig={{kubeconfig}} --server={{localServer}} /apis/networking.k8s.io/v1/networkpolicies
{{#detailed}}

# list KIND TEMPLATE: what the template says of each object of all namespaces, in the background.
list() {
  (
    timeout 10 {{kubectl}} --cache-dir=/run/hearth/kubectl --kubeconfig={{kubeconfig}} --server={{localServer}} \
      get "$1" --all-namespaces -o go-template="$2" >"$work/$1" 2>"$work/$1.error"
    echo "$?" >"$work/$1.status"
  ) &
}

list pods {{podTemplate}}
list events {{eventTemplate}}
{{/detailed}}
{{/cluster}}
{{/controlPlane}}

echo "=== $mark clock"
date +%s
echo "=== $mark uptime"
cut -d . -f 1 /proc/uptime
echo "=== $mark units"
systemctl show --no-pager \
  --property=Id,LoadState,ActiveState,SubState,NRestarts,ActiveEnterTimestampMonotonic -- {{units}}
echo "=== $mark booted"
# By the clock of now: a board without a battery knew no time when it booted.
read -r up _ </proc/uptime
first=$(systemctl show --property=UserspaceTimestampMonotonic --value 2>/dev/null)
echo "$(($(date +%s) - ${up%.*} + ${first:-0} / 1000000))"
echo "=== $mark images"
cat /etc/hearth/images 2>/dev/null
echo "=== $mark wasm"
cat /var/lib/hearth/wasm-check 2>/dev/null
{{#detailed}}
echo "=== $mark vitals"
{
  read -r load _ </proc/loadavg && echo "load $load"
  echo "cpus $(getconf _NPROCESSORS_ONLN)"
  grep -E '^(MemTotal|MemAvailable):' /proc/meminfo
  stat -f -c 'disk %S %b %a' /var/lib
  read -r heat </sys/class/thermal/thermal_zone0/temp && echo "heat $heat"
  cat /sys/block/mmcblk*/device/life_time
  # The firmware's text ends without a line end.
  [ ! -r /sys/firmware/devicetree/base/model ] || echo "model $(tr -d '\000' </sys/firmware/devicetree/base/model)"
  vcgencmd get_throttled
  vcgencmd measure_temp
} 2>/dev/null
# Who is changing the host: a lock of this boot whose holder has given a sign of life. On its own, as a number that is
# none would end the whole program.
(
  read -r _ boot _ beat _ _ _ holder </run/hearth/lock || exit 0
  read -r now_boot </proc/sys/kernel/random/boot_id
  if [ "$boot" = "$now_boot" ] && [ $((${up%.*} - ${beat%.*})) -lt {{expirySeconds}} ]; then echo "holder $holder"; fi
) 2>/dev/null
{{/detailed}}
for file in {{{certificates}}}; do
  [ -f "$file" ] || continue
  echo "=== $mark certificate $file"
  sed -n '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/p; /-END CERTIFICATE-/q' "$file"
done
{{#controlPlane}}
{{#endpoint}}
echo "=== $mark endpoint"
ip -4 -o address show to {{endpoint}}
{{/endpoint}}
wait
echo "=== $mark slow-writes"
cat "$work/slow-writes"
{{#detailed}}
echo "=== $mark store"
grep -E '^etcd_(mvcc_db_total_size_in_bytes|server_(quota_backend_bytes|is_leader|proposals_applied_total)|disk_wal_fsync_duration_seconds_(sum|count)) ' "$work/metrics"
echo "=== $mark backups"
find /var/lib/hearth/backups -maxdepth 1 -name '*.tar' 2>/dev/null | sort | tail -n 1
{{#cluster}}
if [ "$(cat "$work/pods.status")" = 0 ]; then
  echo "=== $mark pods"
  sort "$work/pods" | uniq -c
fi
if [ "$(cat "$work/events.status")" = 0 ]; then
  echo "=== $mark events"
  sort "$work/events" | tail -n 30
fi
{{/cluster}}
{{/detailed}}
for name in api etcd{{#cluster}} version nodes deployments daemonsets leases policies{{/cluster}}; do
  echo "=== $mark $name"
  cat "$work/$name"
  echo
  echo "=== $mark $name status"
  cat "$work/$name.status"
  echo "=== $mark $name error"
  tail -n 5 "$work/$name.error"
done
{{/controlPlane}}
