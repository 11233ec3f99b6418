#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# flash.sh LAB HOST: a fresh disk for a virtual host, as if its card had been rewritten: new host key and machine id,
# no other content. Serial number and network address belong to the board and stay.
# The host's folder holds: index, and optionally memory, disk (sizes), pi (a model's name), sudo-password.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
lab=$1 host=$2
. "$here/common.sh"

folder=$state/hosts/$host
address=$(host_address "$host")
base=$(cat "$state/base")/rootfs
seed=$folder/seed

rm -rf --one-file-system "$folder/disk" "$folder/disk.img" "$seed"
mkdir -p "$folder/disk" "$seed"
size=$(value "$folder/disk-size")
if [ -n "$size" ]; then
  truncate -s "$size" "$folder/disk.img"
  mkfs.ext4 -q -m 0 "$folder/disk.img"
fi

# The seed is laid over the base image at the first boot.
umask 022
mkdir -p "$seed/etc/ssh" "$seed/etc/systemd/network" "$seed/home/pi/.ssh"
echo "$host" >"$seed/etc/hostname"
tr -d - </proc/sys/kernel/random/uuid >"$seed/etc/machine-id"
printf '127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\n127.0.1.1\t%s\n' "$host" >"$seed/etc/hosts"
network_file "$address" >"$seed/etc/systemd/network/10-eth0.network"

# The key is made here, outside, so that whoever made the lab can pin it before the first login.
ssh-keygen -q -t ed25519 -N '' -C "root@$host" -f "$seed/etc/ssh/ssh_host_ed25519_key"
printf '%s %s\n' "$address" "$(cut -d' ' -f1,2 "$seed/etc/ssh/ssh_host_ed25519_key.pub")" >"$folder/known_hosts"
ssh-keygen -l -f "$seed/etc/ssh/ssh_host_ed25519_key.pub" | cut -d' ' -f2 >"$folder/fingerprint"

cp "$state/key.pub" "$seed/home/pi/.ssh/authorized_keys"
chmod 600 "$seed/home/pi/.ssh/authorized_keys"
chmod 700 "$seed/home/pi" "$seed/home/pi/.ssh"
chown -R 1000:1000 "$seed/home/pi"

if [ -s "$folder/sudo-password" ]; then
  need_programs openssl=openssl
  hash=$(openssl passwd -6 -stdin <"$folder/sudo-password")
  (umask 077 && awk -F: -v OFS=: '
    NR == FNR { hash = $0; next }
    $1 == "pi" { $2 = hash }
    { print }' - "$base/etc/shadow" >"$seed/etc/shadow") <<END
$hash
END
  chown 0:42 "$seed/etc/shadow"
  chmod 640 "$seed/etc/shadow"
  mkdir -p "$seed/etc/sudoers.d"
  echo 'pi ALL=(ALL) ALL' >"$seed/etc/sudoers.d/010_pi-nopasswd"
  chmod 440 "$seed/etc/sudoers.d/010_pi-nopasswd"
  chmod 750 "$seed/etc/sudoers.d"
fi

[ -s "$folder/serial" ] || printf '10000000%s' "$(printf %s "$lab/$host" | sha256sum | cut -c1-8)" >"$folder/serial"
if [ -s "$folder/pi" ]; then
  mkdir -p "$seed/boot/firmware" "$seed/usr/bin" "$folder/firmware"
  cp "$here/cmdline.txt" "$here/config.txt" "$seed/boot/firmware/"
  cp "$here/vcgencmd" "$seed/usr/bin/vcgencmd"
  chmod 755 "$seed/usr/bin/vcgencmd"
  # What the fake firmware reports; change these files while the host runs.
  [ -s "$folder/firmware/temp" ] || echo "48.3" >"$folder/firmware/temp"
  [ -s "$folder/firmware/throttled" ] || echo "0x0" >"$folder/firmware/throttled"
fi
