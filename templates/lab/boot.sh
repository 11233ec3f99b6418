#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# boot.sh LAB HOST: runs as the first process of a host's namespaces, plugs in the network, builds the host's view of files
# and devices, gives up what a host must not have and becomes its systemd.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
lab=$1 host=$2
. "$here/common.sh"
. "$here/cgroups.sh"

folder=$state/hosts/$host
if [ "${3-}" != inside ]; then
  # This /proc is still the machine's: it tells the process id by which the machine knows this host's init.
  read -r pid _ </proc/self/stat
  # Inside the host's control groups no block device may be opened any more, not even this one.
  [ ! -e "$folder/disk.img" ] || mount -o loop "$folder/disk.img" "$folder/disk"
  enter_host_cgroups "$host"
  echo "$pid" >"$folder/init"
  exec unshare --cgroup sh "$0" "$lab" "$host" inside
fi

index=$(cat "$folder/index")
base=$(cat "$state/base")/rootfs
model=$(value "$folder/pi")
root=$folder/root
disk=$folder/disk

plug_network() {
  ip link set lo up
  # "netns 1" is this process namespace's first process. A fixed address: nobody's neighbour table goes stale.
  in_network ip link add "$host" type veth peer name eth0 address "$(printf '02:77:00:00:00:%02x' "$index")" netns 1
  in_network ip link set "$host" master br0
  [ -e "$folder/cut" ] || in_network ip link set "$host" up
  # Complete with its broadcast address: networkd takes an address without one for another than its own, and loops.
  ip address add "$(host_address "$host")/$prefix" broadcast + dev eth0
  ip link set eth0 up
}

mount_root() {
  mkdir -p "$root"
  mkdir -p "$disk/work" "$disk/containerd" "$disk/kubelet"
  if [ ! -d "$disk/upper" ]; then
    rm -rf "$disk/flashing"
    cp -a "$folder/seed" "$disk/flashing"
    mv "$disk/flashing" "$disk/upper"
  fi
  # "volatile" leaves out fsync, which makes package installation several times faster. Nothing is lost by a host's power
  # cut, because the machine's page cache lives on; the mark it leaves would only matter if the machine itself had died.
  # A host with a disk of its own waits for it: that disk can be slow.
  find "$disk/work" -name incompat -prune -exec rm -rf {} +
  layers=lowerdir=$base,upperdir=$disk/upper,workdir=$disk/work
  options=$layers,volatile
  [ ! -e "$folder/disk.img" ] || options=$layers
  mount -t overlay -o "$options" hearth "$root" 2>/dev/null || mount -t overlay -o "$layers" hearth "$root"
  # containerd puts overlays of its own here, and the kernel refuses an overlay on an overlay.
  for name in containerd kubelet; do
    mkdir -p "$root/var/lib/$name"
    mount --bind "$disk/$name" "$root/var/lib/$name"
  done
}

mount_devices() {
  mount -t tmpfs -o mode=755 hearth "$root/dev"
  mkdir "$root/dev/net" "$root/dev/pts" "$root/dev/shm"
  for name in null zero full random urandom tty kmsg fuse net/tun; do
    [ -e "/dev/$name" ] || continue
    : >"$root/dev/$name"
    mount --bind "/dev/$name" "$root/dev/$name"
  done
  mount -t devpts -o newinstance,ptmxmode=666,mode=620,gid=5 hearth "$root/dev/pts"
  mount -t tmpfs hearth "$root/dev/shm"
  ln -s pts/ptmx "$root/dev/ptmx"
  ln -s /proc/self/fd "$root/dev/fd"
  ln -s fd/0 "$root/dev/stdin"
  ln -s fd/1 "$root/dev/stdout"
  ln -s fd/2 "$root/dev/stderr"
}

mount_cgroups() {
  if is_v2; then
    mount -t cgroup2 hearth "$root/sys/fs/cgroup"
    if lacks_memory_controller; then
      # As the kernel lists them where the controller is off; /proc/cgroups says the same.
      mkdir -p "$root/run/virtual-rack"
      sed 's/\<memory\>//; s/  */ /g' "$root/sys/fs/cgroup/cgroup.controllers" >"$root/run/virtual-rack/controllers"
      mount --bind "$root/run/virtual-rack/controllers" "$root/sys/fs/cgroup/cgroup.controllers"
    fi
    return
  fi
  mount -t tmpfs -o mode=755 hearth "$root/sys/fs/cgroup"
  for name in $(hierarchies); do
    [ "$name" != memory ] || ! lacks_memory_controller || continue
    mkdir "$root/sys/fs/cgroup/$name"
    case $name in
      unified) mount -t cgroup2 hearth "$root/sys/fs/cgroup/$name" ;;
      systemd) mount -t cgroup -o none,name=systemd hearth "$root/sys/fs/cgroup/$name" ;;
      *) mount -t cgroup -o "$name" hearth "$root/sys/fs/cgroup/$name" ;;
    esac
  done
}

# These settings are the whole machine's: a host gets private copies to write to. Those below net/ are per namespace, real.
mount_settings() {
  copies=$root/run/virtual-rack/sys
  mkdir -p "$copies"
  for name in vm kernel fs; do
    cp -r --no-preserve=all "/proc/sys/$name" "$copies/" 2>/dev/null || : # some are write-only
  done
  cat /proc/sys/kernel/random/uuid >"$copies/kernel/random/boot_id"
  for name in hostname domainname random/uuid; do
    mount --bind "$root/proc/sys/kernel/$name" "$copies/kernel/$name"
  done
  for name in vm kernel fs; do mount --rbind "$copies/$name" "$root/proc/sys/$name"; done
  for name in sysrq-trigger kcore; do
    [ ! -e "$root/proc/$name" ] || mount --bind /dev/null "$root/proc/$name"
  done
}

# A host cannot load modules, but modprobe must say "it is there" of what the machine's kernel has.
mount_modules() {
  release=$(uname -r)
  mkdir -p "$root/usr/lib/modules"
  if [ -d "/lib/modules/$release" ]; then
    mount --bind /lib/modules "$root/usr/lib/modules"
    mount -o remount,bind,ro "$root/usr/lib/modules"
    return
  fi
  mount -t tmpfs -o mode=755 hearth "$root/usr/lib/modules"
  modules=$root/usr/lib/modules/$release
  mkdir "$modules"
  : >"$modules/modules.order"
  : >"$modules/modules.builtin.modinfo"
  {
    for module in /sys/module/*; do echo "kernel/${module##*/}.ko"; done
    ! grep -qw overlay /proc/filesystems || echo kernel/overlay.ko
    [ ! -e /proc/sys/net/bridge ] || echo kernel/br_netfilter.ko
    [ ! -e /proc/sys/net/netfilter/nf_conntrack_max ] || echo kernel/nf_conntrack.ko
    printf 'kernel/%s.ko\n' bridge veth # this host hangs on them
  } | sort -u >"$modules/modules.builtin"
  chroot "$root" depmod "$release"
}

# A Pi's kernel comes without the memory controller unless its command line asks for it.
lacks_memory_controller() {
  [ -n "$model" ] && ! head -n 1 "$root/boot/firmware/cmdline.txt" | tr ' ' '\n' | grep -qx 'cgroup_enable=memory'
}

# An empty file makes the firmware use a line of its own.
boot_line() {
  if [ -s "$root/boot/firmware/cmdline.txt" ]; then
    head -n 1 "$root/boot/firmware/cmdline.txt"
  else
    echo 'console=ttyAMA0,115200 root=/dev/mmcblk0p2 rootfstype=ext4 rootwait'
  fi
}

mount_pi_files() {
  [ -n "$model" ] || return 0
  tree=$root/run/virtual-rack/firmware
  mkdir -p "$tree/devicetree/base" "$root/run/vcgencmd"
  # The device tree's strings end with a zero byte.
  printf '%s\0' "$model" >"$tree/devicetree/base/model"
  printf '%s\0' "$(cat "$folder/serial")" >"$tree/devicetree/base/serial-number"
  mount --bind "$tree" "$root/sys/firmware"
  mount --bind "$folder/firmware" "$root/run/vcgencmd"
  mount -o remount,bind,ro "$root/run/vcgencmd"
  # The firmware puts its own words before those of cmdline.txt.
  printf 'coherent_pool=1M snd_bcm2835.enable_headphones=0 cgroup_disable=memory %s\n' \
    "$(boot_line)" >"$root/run/virtual-rack/cmdline"
  mount --bind "$root/run/virtual-rack/cmdline" "$root/proc/cmdline"
  if lacks_memory_controller; then
    awk -v OFS='\t' '$1 == "memory" { $4 = 0 } { print }' /proc/cgroups >"$root/run/virtual-rack/cgroups"
    mount --bind "$root/run/virtual-rack/cgroups" "$root/proc/cgroups"
  fi
}

plug_network
mount_root
mount -t proc hearth "$root/proc"
mount -t sysfs hearth "$root/sys"
mount -t tmpfs -o mode=755 hearth "$root/run"
mount_devices
mount_cgroups
mount_settings
mount_modules
mount_pi_files
mount -o remount,bind,ro "$root/sys" # networkd would wait for udev if it could write here
hostname "$host"

cd "$root"
mkdir -p mnt/machine
pivot_root . mnt/machine
umount -l /mnt/machine
rmdir /mnt/machine
# Without these a host could set the machine's clock, load modules or reach its hardware.
exec env -i container=hearth PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  setpriv --bounding-set -sys_time,-sys_module,-sys_rawio,-wake_alarm \
  /sbin/init --log-target=console --show-status=1
