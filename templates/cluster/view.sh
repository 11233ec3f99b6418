# What this host knows of the cluster: its etcd member, all members, API server, nodes. Each part goes out behind a line
# "@section NAME"; all are asked at once. Changes nothing.
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
umask 077
[ -d {{data}}/member ] || [ -r /etc/kubernetes/admin.conf ] || exit 0
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT
kube="kubectl --kubeconfig=/etc/kubernetes/admin.conf --cache-dir=/var/lib/hearth/kubectl --request-timeout=5s"

if [ -d {{data}}/member ]; then echo yes >"$folder/data"; fi
if [ -r /etc/etcd/pki/server.pem ] && [ -x {{etcdctl}} ]; then
  {{etcdctlCommand}} --command-timeout=4s endpoint health >"$folder/health" 2>&1 &
  {{etcdctlCommand}} --command-timeout=4s endpoint status >"$folder/status" 2>/dev/null &
  {{etcdctlCommand}} --command-timeout=4s member list >"$folder/members" 2>/dev/null &
fi
if [ -r /etc/kubernetes/admin.conf ] && command -v kubectl >/dev/null; then
  $kube get --raw=/readyz >"$folder/api" 2>&1 &
  $kube get nodes -o 'jsonpath={range .items[*]}{.metadata.name}{"\t"}{.status.conditions[?(@.type=="Ready")].status}{"\t"}{.spec.unschedulable}{"\t"}{.status.addresses[?(@.type=="InternalIP")].address}{"\t"}{.status.nodeInfo.machineID}{"\t"}{.metadata.annotations.hearth/serial}{"\t"}{.spec.podCIDR}{"\n"}{end}' >"$folder/nodes" 2>/dev/null &&
    : >"$folder/listed" &
fi
wait
for name in data health status members api; do
  echo "@section $name"
  cat "$folder/$name" 2>/dev/null
  echo # what the API server says ends without a new line
done
if [ -e "$folder/listed" ]; then
  echo "@section nodes"
  cat "$folder/nodes"
fi
