#!/bin/sh
# base-customize.sh ROOT GATEWAY PROXY-PORT: what every virtual host has in common, done once in the base image.
set -eu
root=$1 gateway=$2 proxy_port=$3

# The login user of Raspberry Pi OS. Keys and passwords come with each host's own disk.
chroot "$root" useradd --create-home --shell /bin/bash --groups sudo pi
echo 'pi ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/010_pi-nopasswd"
chmod 440 "$root/etc/sudoers.d/010_pi-nopasswd"

# Identity comes with each host's own disk too. No name server can be reached from the rack: an empty resolv.conf
# fails at once where the machine's would hang for 20 seconds.
: >"$root/etc/resolv.conf"
: >"$root/etc/machine-id"
rm -f "$root"/etc/ssh/ssh_host_* "$root/var/lib/dbus/machine-id" "$root/etc/hostname"

# Packages come through the lab's apt proxy. It cannot look into TLS: an https archive is fetched by the proxy itself.
cat >"$root/etc/apt/apt.conf.d/00virtual-rack" <<END
Acquire::http::Proxy "http://$gateway:$proxy_port";
Acquire::Languages "none";
Acquire::Check-Valid-Until "false";
Acquire::Retries "3";
END
find "$root/etc/apt/sources.list" "$root/etc/apt/sources.list.d" -type f -exec sed -i 's,https://,http://HTTPS///,' {} +

# What a rack without a way out waits for in vain, or repeats for nothing.
chroot "$root" systemctl --quiet enable systemd-networkd ssh
for unit in systemd-networkd-wait-online.service systemd-firstboot.service systemd-journal-flush.service \
  systemd-random-seed.service systemd-update-utmp.service systemd-update-utmp-runlevel.service \
  apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer e2scrub_reap.service \
  fstrim.timer getty.target console-getty.service dev-hugepages.mount sys-fs-fuse-connections.mount \
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done

sed -i -e '/pam_lastlog\|pam_motd\|pam_mail/d' "$root/etc/pam.d/sshd"
