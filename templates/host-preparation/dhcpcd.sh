# dhcpcd has no folder for settings: one line of its file keeps it away from pod interfaces.
[ -z "$(tail -c 1 /etc/dhcpcd.conf)" ] || echo >>/etc/dhcpcd.conf
echo 'denyinterfaces cni0 veth*' >>/etc/dhcpcd.conf
systemctl try-restart dhcpcd.service
