# Judges with no help of any tool whether all twenty items are as wanted, then says when each was last touched.
set -eu
complain() { echo "not so: $*"; }
for name in jq rsync tree; do
  [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || complain "package $name"
done
sha256sum --quiet --strict -c 2>/dev/null <<SUMS || :
@sums@
SUMS
while read -r path wanted; do
  is=$(stat -c '%F,%U:%G,%a' "$path" 2>&1) || :
  [ "$is" = "$(echo "$wanted" | tr _ ' ')" ] || complain "$path is $is"
done <<'LIST'
/etc/bench directory,root:root,755
/srv/bench directory,pi:pi,750
/srv/bench/data directory,pi:pi,750
/var/lib/bench directory,root:root,700
/etc/bench/service.conf regular_file,root:root,640
/etc/bench/limits.conf regular_file,root:root,644
/etc/profile.d/bench.sh regular_file,root:root,644
/etc/motd regular_file,root:root,644
/usr/local/bin/bench-worker regular_file,root:root,755
/etc/systemd/system/bench.service regular_file,root:root,644
LIST
while read -r key value; do
  [ "$(sysctl -n "$key")" = "$value" ] || complain "$key is $(sysctl -n "$key")"
  grep -qsEx "$key ?= ?$value" /etc/sysctl.d/* || complain "$key at boot"
done <<'LIST'
net.ipv4.ip_forward 1
net.ipv4.tcp_keepalive_time 600
vm.swappiness 10
fs.inotify.max_user_instances 1024
LIST
for name in overlay br_netfilter; do grep -qsx "$name" /etc/modules-load.d/* || complain "module $name at boot"; done
for name in bench ssh; do
  [ "$(systemctl is-active $name.service)" = active ] || complain "$name.service does not run"
  [ "$(systemctl is-enabled $name.service)" = enabled ] || complain "$name.service is not enabled"
done
echo "times:"
stat -c '%n %Z' /etc/bench /srv/bench /srv/bench/data /var/lib/bench /etc/bench/* /etc/profile.d/bench.sh /etc/motd \
  /usr/local/bin/bench-worker /etc/systemd/system/bench.service /etc/sysctl.d/* /etc/modules-load.d/* \
  /var/lib/dpkg/status
systemctl show -p ActiveEnterTimestampMonotonic bench.service ssh.service
