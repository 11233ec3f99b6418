# What the security benchmark looks at on a host. Changes nothing; no key and no content of a Secret is read.
# Parts begin with a line "@section NAME"; every other line is made safe with a bar in front.
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
section() { printf '@section %s\n' "$1"; }
bar() { head -c 262144 | sed 's/^/|/'; echo; }
show() { [ ! -r "$1" ] || bar <"$1"; }

section files
for path in /etc/kubernetes /etc/kubernetes/*.conf /etc/kubernetes/*.yaml /etc/kubernetes/*.json /etc/kubernetes/pki \
  /etc/kubernetes/pki/* /etc/etcd/cluster.env /etc/etcd/pki /etc/etcd/pki/* /etc/cni/net.d /etc/cni/net.d/* \
  /etc/systemd/system/kube*.service /etc/systemd/system/hearth-etcd.service /var/lib/etcd /var/lib/etcd/hearth \
  /var/lib/kubelet/config.yaml /var/lib/kube-proxy/config.yaml /run/hearth/leases /run/hearth/leases/hearth; do
  [ ! -e "$path" ] || stat -c '%a %U:%G %n' "$path"
done | bar

for unit in kube-apiserver kube-controller-manager kube-scheduler hearth-etcd kubelet kube-proxy; do
  id=$(systemctl show -p MainPID --value "$unit.service" 2>/dev/null)
  case $id in '' | 0 | *[!0-9]*) continue ;; esac
  section "process $unit"
  tr '\n\0' ' \n' <"/proc/$id/cmdline" 2>/dev/null | bar
done

section kubelet
show /var/lib/kubelet/config.yaml
section kube-proxy
show /var/lib/kube-proxy/config.yaml
section audit
show /etc/kubernetes/audit-policy.yaml
section admission
show /etc/kubernetes/admission.json
section cni
cat /etc/cni/net.d/* 2>/dev/null | tr -d ' \n' | grep -o '"type":"[a-z-]*"' | bar
# In their order, without their keys.
section encryption
sed -n 's/^[- {"]*\(secretbox\|aescbc\|aesgcm\|kms\|identity\)"*:.*/\1/p' /etc/kubernetes/encryption.yaml 2>/dev/null |
  head -n 20 | bar
section authorities
sha256sum /etc/kubernetes/pki/ca.crt /etc/etcd/pki/ca.crt 2>/dev/null | cut -c 1-64 | bar
section renewal
systemctl is-active hearth-certs.timer 2>/dev/null | bar
