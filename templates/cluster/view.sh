# What this host knows of the cluster: its etcd member, all members, API server, nodes, NetworkPolicies. Each part goes out behind a line
# "@section MARK NAME", in JSON; all are asked at once. Changes nothing.
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
umask 077
data={{data}} mark={{mark}}
[ -d "$data/member" ] || [ -r /etc/kubernetes/admin.conf ] || exit 0
folder=$(mktemp -d) || exit 1
trap 'rm -rf "$folder"' EXIT

if [ -d "$data/member" ]; then echo yes >"$folder/data"; fi
if [ -r /etc/etcd/pki/server.pem ] && [ -x {{etcdctl}} ]; then
  etcdctl() { {{etcdctlCommand}} --command-timeout=4s -w json "$@" 2>/dev/null; }
  etcdctl endpoint health >"$folder/health" &
  etcdctl endpoint status >"$folder/status" &
  etcdctl member list >"$folder/members" &
fi
if [ -r /etc/kubernetes/admin.conf ] && command -v kubectl >/dev/null; then
  kube() { {{kubectl}} --request-timeout=5s "$@"; }
  kube get --raw=/readyz >"$folder/api" 2>/dev/null &
  kube get nodes -o json >"$folder/listed" 2>/dev/null && mv "$folder/listed" "$folder/nodes" &
  kube get --raw=/apis/networking.k8s.io/v1/networkpolicies >"$folder/rules" 2>/dev/null &&
    mv "$folder/rules" "$folder/policies" &
fi
wait
for name in data health status members api nodes policies; do
  [ -e "$folder/$name" ] || continue
  echo "@section $mark $name"
  cat "$folder/$name"
  echo # what the API server says ends without a new line
done
