# Runs on the host that a failover test takes away: cuts it from the network as a pulled cable would, and plugs it in again
# by itself, whatever becomes of the test. A restart of the host plugs it in, too.
set -u
cat >/run/hearth-cut <<'END_OF_CUT'
#!/bin/sh
for chain in INPUT OUTPUT FORWARD; do
  iptables -w -I "$chain" 1 ! -o lo -m comment --comment hearth-cut -j DROP 2>/dev/null ||
    iptables -w -I "$chain" 1 ! -i lo -m comment --comment hearth-cut -j DROP
done
sleep "$1"
for chain in INPUT OUTPUT FORWARD; do
  while iptables -w -S "$chain" | grep -q hearth-cut; do
    # shellcheck disable=SC2046 # words
    iptables -w $(iptables -w -S "$chain" | grep hearth-cut | head -n 1 | sed 's/^-A/-D/; s/"//g') || break
  done
done
END_OF_CUT
chmod 700 /run/hearth-cut
systemctl reset-failed hearth-cut.service 2>/dev/null
systemd-run --quiet --unit=hearth-cut --collect --on-active=1 /run/hearth-cut {{seconds}}
