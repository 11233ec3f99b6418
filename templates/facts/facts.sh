#!/bin/sh
# What a host says of itself, in one round trip and with few processes. It changes nothing.
#
# Output: "@hearth-facts 1", then sections, each begun by "@section NAME", then "@hearth-facts end". Section "files"
# holds "path:line" for every line of every file (no path in it contains a colon), section "values" holds
# "key=value", the others hold what the tool of that name printed. hearth reads all of it on the operator's side.

LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
export LC_ALL PATH
exec 2>/dev/null

section() {
  printf '@section %s\n' "$1"
}

have() {
  command -v "$1" >/dev/null
}

# Each path of the arguments behind the first that exists, as "first=path".
existing() {
  key=$1
  shift
  for path; do
    [ -e "$path" ] && printf '%s=%s\n' "$key" "$path"
  done
}

# What decides on packets for this host and through it; a cluster's own chains are long and none of the host's.
filter_rules() {
  grep -E '^(:(FORWARD|INPUT) |-A )' | grep -vE '^-A (KUBE|CNI|cali|CILIUM)' | head -n 1000
}

# The two halves run side by side: what others must be asked for, and what the kernel says by itself.

others() {
  section listening
  # Owners are asked for only when one of hearth's ports is taken by what hearth did not put there: that is slow.
  listening=$(ss -Hltn)
  if [ ! -e /var/lib/hearth/manifest ]; then
    case $listening in
      *:6443\ * | *:23[78][019]\ * | *:7443\ * | *:1024[89]\ * | *:1025[0679]\ *) listening=$(ss -Hltnp) ;;
    esac
  fi
  printf '%s\n' "$listening"

  section packages
  names='dpkg|libc6|systemd|containerd|containerd[.]io|runc|containernetworking-plugins|etcd-server|etcd-client|haproxy'
  names="$names|keepalived|chrony|systemd-timesyncd|ntpsec|iptables|nftables|ufw|firewalld|conntrack|socat|ethtool"
  names="$names|docker[.]io|docker-ce|podman|cri-o|kubelet|kubeadm|kubectl"
  names="$names|zram-tools|systemd-zram-generator|dphys-swapfile|rpi-swap"
  grep -aE -A14 "^Package: ($names)\$" \
    /var/lib/dpkg/status | grep -aE '^(Package|Status|Version|Architecture):'

  section apt
  # Only the scheme of each source: addresses may hold credentials. Read as apt does: blanks and tabs are one, names of
  # fields in any case, comments inside stanzas, values that go on in the next line, stanzas that are switched off.
  set --
  for path in /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources; do
    [ -r "$path" ] && set -- "$@" "$path"
  done
  [ $# = 0 ] || awk '
    function schemes(list, words, count, i) {
      count = split(list, words, /[ \t]+/)
      for (i = 1; i <= count; i++) if (match(words[i], /^[A-Za-z][A-Za-z0-9+.-]*:/)) print tolower(substr(words[i], 1, RLENGTH))
    }
    function stanza(types, enabled) {
      types = " " tolower(value["types"]) " "
      gsub(/[ \t]+/, " ", types)
      enabled = tolower(value["enabled"])
      gsub(/[ \t]/, "", enabled)
      if (index(types, " deb ") && enabled !~ /^(no|false|without|off|disable|0)$/) schemes(value["uris"])
      split("", value)
      field = ""
    }
    FNR == 1 { stanza(); deb822 = FILENAME ~ /[.]sources$/ }
    { sub(/\r$/, "") }
    !deb822 {
      sub(/#.*/, "")
      if (!sub(/^[ \t]*deb[ \t]+/, "")) next
      if (sub(/^\[/, "")) sub(/^[^]]*\][ \t]*/, "")
      split($0, uri, /[ \t]+/)
      schemes(uri[1])
      next
    }
    /^#/ { next }
    /^[ \t]*$/ { stanza(); next }
    /^[ \t]/ { value[field] = value[field] " " $0; next }
    { field = tolower(substr($0, 1, index($0, ":") - 1)); value[field] = substr($0, index($0, ":") + 1) }
    END { stanza() }
  ' "$@"

  section iptables
  read -r legacy </proc/net/ip_tables_names
  if [ /etc/alternatives/iptables -ef /usr/sbin/iptables-nft ]; then
    iptables-nft-save -t filter | filter_rules
  fi
  if [ -n "$legacy" ] && have iptables-legacy-save; then
    # Asked only where the tables exist, because asking would load the modules.
    section iptables-legacy
    iptables-legacy-save -t filter | filter_rules
  fi
  if have nft; then
    section nft
    chains=$(nft list chains | grep -E '^table |^[[:space:]]*chain |hook (forward|input) ')
    printf '%s\n' "$chains"
    # Rules of tables that judge what comes in; those of iptables are known already, where it is installed.
    known=
    if [ /etc/alternatives/iptables -ef /usr/sbin/iptables-nft ]; then known='ip filter'; fi
    printf '%s\n' "$chains" | while read -r word family table _; do
      case $word in
        table) found="$family $table" ;;
        type)
          case $family$table$found in
            *filterhook"${known:--}" | *filterhook"ip6 "*) ;;
            filterhook*) printf '%s\n' "$found" ;;
          esac
          ;;
      esac
    done | sort -u | while read -r family table; do
      section nft-rules
      nft -nn list table "$family" "$table" | head -n 1000
    done
  fi

  if [ -d /run/systemd/system ]; then
    section systemd
    state=$(systemctl show --property=SystemState,NFailedUnits,Version)
    printf '%s\n' "$state"
    case $state in
      *NFailedUnits=0*) ;;
      *)
        section failed-units
        systemctl list-units --failed --plain --no-legend --no-pager
        ;;
    esac
  fi

  if [ -e /run/chrony/chronyd.pid ] && have chronyc; then
    section chrony
    chronyc -n tracking
  fi

  if have vcgencmd; then
    section vcgencmd
    vcgencmd get_throttled
    vcgencmd measure_temp
  fi
}

own() {
  section values
  date +clock=%s.%N
  printf 'machine=%s\n' "$(uname -m)"
  printf 'page-size=%s\n' "$(getconf PAGESIZE)"
  [ -d /run/systemd/system ] && echo systemd=1
  # Lowered in a child of this shell only, so nothing stays changed.
  (echo -17 >/proc/self/oom_score_adj) && echo lowers-oom-score=1
  for path in /sys/class/net/*; do
    [ -e "$path/device" ] && printf 'physical=%s\n' "${path##*/}"
    [ -e "$path/wireless" ] && printf 'wireless=%s\n' "${path##*/}"
  done
  for name in ip_forward conf/all/rp_filter conf/default/rp_filter; do
    [ -w "/proc/sys/net/ipv4/$name" ] && printf 'writable=net/ipv4/%s\n' "$name"
  done
  for name in fs/inotify/max_user_watches fs/inotify/max_user_instances fs/file-max vm/overcommit_memory vm/swappiness \
    vm/panic_on_oom vm/max_map_count kernel/panic kernel/panic_on_oops kernel/keys/root_maxkeys \
    kernel/keys/root_maxbytes net/netfilter/nf_conntrack_max net/bridge/bridge-nf-call-iptables \
    net/bridge/bridge-nf-call-ip6tables net/ipv6/conf/all/forwarding; do
    [ -w "/proc/sys/$name" ] && printf 'writable=%s\n' "$name"
  done
  if [ /etc/alternatives/iptables -ef /usr/sbin/iptables-nft ]; then
    echo iptables=nft
  elif [ /etc/alternatives/iptables -ef /usr/sbin/iptables-legacy ]; then
    echo iptables=legacy
  fi
  for path in /boot/firmware/cmdline.txt /boot/cmdline.txt; do
    [ -f "$path" ] && printf 'boot-line=%s\n' "$path"
  done
  for path in /etc/kernel/postinst.d/z50-raspi-firmware /etc/initramfs/post-update.d/z50-raspi-firmware; do
    grep -qs raspi-extra-cmdline "$path" && printf 'boot-line-writer=%s\n' "$path"
  done
  # Where the changes of an overlay go; the mount of an upper folder that went with the initramfs is out of sight.
  while read -r _ _ _ _ path rest; do
    [ "$path" = / ] || continue
    case $rest in
      *upperdir=*)
        upper=${rest##*upperdir=}
        upper=${upper%%,*}
        [ -d "$upper" ] && printf 'upper-type=%s\n' "$(stat -f -c %T "$upper")"
        ;;
    esac
  done </proc/self/mountinfo
  echo time=none
  # A pid file that a crash left behind names nobody, or somebody else.
  for path in /run/chrony/chronyd.pid /run/ntpd.pid /run/openntpd.pid; do
    [ -r "$path" ] || continue
    read -r pid <"$path"
    [ -r "/proc/$pid/comm" ] || continue
    read -r comm <"/proc/$pid/comm"
    printf 'time=%s\n' "$comm"
  done
  [ -e /run/systemd/timesync ] && echo time=systemd-timesyncd
  [ -S /run/ntpd.sock ] && [ -e /usr/sbin/ntpctl ] && echo time=openntpd
  for path in /etc/cni/net.d/*; do
    [ -f "$path" ] && printf 'cni=%s\n' "$path"
  done
  for path in /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf; do
    { [ -e "$path" ] || [ -L "$path" ]; } && printf 'sysctl-file=%s\n' "$path"
  done
  [ -L /etc/resolv.conf ] && printf 'resolver-link=%s\n' "$(readlink -f /etc/resolv.conf)"
  existing exists /etc/hearth/node.json /var/lib/hearth/manifest \
    /proc/sys/net/netfilter/nf_conntrack_max /proc/sys/net/bridge/bridge-nf-call-iptables \
    /usr/local/bin/k3s /etc/rancher/k3s /var/lib/rancher/k3s /etc/rancher/rke2 /var/lib/rancher/rke2 \
    /usr/local/bin/rke2 /snap/microk8s /var/snap/microk8s /usr/local/bin/k0s /etc/k0s /var/lib/k0s \
    /etc/kubernetes/admin.conf /etc/kubernetes/kubelet.conf /etc/kubernetes/manifests /var/lib/kubelet/config.yaml \
    /usr/bin/kubeadm /usr/bin/kubelet /var/lib/etcd/member /var/lib/etcd/hearth/member /etc/hearth/joined /etc/hearth/vip.conf \
    /etc/hearth/lb/pool /etc/hearth/registries \
    /usr/local/lib/hearth/notify /usr/local/lib/hearth/tell-vitals /usr/local/lib/hearth/write-metrics \
    /usr/bin/dockerd /usr/sbin/dockerd /snap/docker /run/docker.sock /usr/bin/podman \
    /boot/firmware/cmdline.txt /boot/cmdline.txt /boot/firmware/config.txt /boot/config.txt \
    /etc/dphys-swapfile /usr/lib/systemd/system-generators/zram-generator \
    /etc/default/zramswap /etc/rpi/swap.conf /usr/lib/rpi-swap \
    /run/systemd/timesync/synchronized /run/chrony/chronyd.pid /run/ntpd.pid \
    /usr/lib/systemd/systemd-timesyncd /lib/systemd/systemd-timesyncd /usr/sbin/chronyd \
    /run/NetworkManager /etc/dhcpcd.conf /run/systemd/netif/leases /run/systemd/netif/state \
    /usr/sbin/ufw /etc/firewalld \
    /etc/apt/apt.conf.d/95hearth-proxy /etc/systemd/system/containerd.service.d/10-hearth-proxy.conf \
    /usr/bin/cloud-init /etc/cloud/cloud-init.disabled /etc/cloud/templates/hosts.debian.tmpl /etc/needrestart \
    /usr/bin/unattended-upgrade /usr/bin/journalctl /usr/bin/apt-get /usr/bin/sudo /run/reboot-required /run/systemd/timesync /dev/kmsg /dev/fuse

  section files
  # grep reads every file in one process and puts the path before each line; -a keeps the NUL bytes of the device tree.
  grep -aHs '' /etc/os-release /etc/machine-id /etc/hostname /etc/resolv.conf /etc/default/locale \
    /etc/hearth/node.json /etc/debian_version /etc/rpi-issue /run/systemd/resolve/resolv.conf \
    /boot/firmware/cmdline.txt /boot/cmdline.txt /etc/default/raspi-extra-cmdline \
    /etc/overlayroot.conf /etc/overlayroot.local.conf /etc/ufw/ufw.conf \
    /proc/cmdline /proc/swaps /proc/uptime /proc/loadavg /proc/cgroups /proc/filesystems /proc/net/route \
    /proc/sys/kernel/osrelease /proc/sys/kernel/hostname /proc/sys/kernel/random/boot_id \
    /sys/firmware/devicetree/base/model /sys/firmware/devicetree/base/serial-number \
    /proc/sys/net/ipv4/ip_forward /proc/sys/net/ipv4/conf/all/rp_filter /proc/sys/net/ipv4/conf/default/rp_filter \
    /proc/sys/net/bridge/bridge-nf-call-iptables /proc/sys/net/bridge/bridge-nf-call-ip6tables \
    /proc/sys/net/netfilter/nf_conntrack_max /proc/sys/net/ipv6/conf/all/forwarding \
    /proc/sys/fs/inotify/max_user_watches /proc/sys/fs/inotify/max_user_instances /proc/sys/fs/file-max \
    /proc/sys/vm/overcommit_memory /proc/sys/vm/swappiness /proc/sys/vm/panic_on_oom /proc/sys/vm/max_map_count \
    /proc/sys/kernel/panic /proc/sys/kernel/panic_on_oops /proc/sys/kernel/keys/root_maxkeys \
    /proc/sys/kernel/keys/root_maxbytes \
    /sys/fs/cgroup/cgroup.controllers /sys/devices/system/cpu/online \
    /sys/class/net/*/address /sys/class/net/*/speed /sys/class/net/*/operstate \
    /sys/class/block/[!lr]*/dev /sys/block/[!lr]*/queue/rotational /sys/block/[!lr]*/device/type \
    /sys/class/thermal/thermal_zone0/temp /sys/class/hwmon/hwmon*/name /sys/class/hwmon/hwmon*/in0_lcrit_alarm
  grep -aHsE '^(MemTotal|MemAvailable|Uid|CapEff):' /proc/meminfo /proc/self/status
  grep -aHsE '^([^ ]+ ){4}(/|/boot|/boot/firmware|/var|/var/lib|/proc/sys|/sys/fs/cgroup[^ ]*) ' /proc/self/mountinfo
  grep -aHsE '^(overlay|br_netfilter|nf_conntrack) ' /proc/modules
  grep -aHsoE '^[^:]*/(overlay|br_netfilter|nf_conntrack)[.]ko' \
    "/lib/modules/$release/modules.builtin" "/lib/modules/$release/modules.dep"

  section settings
  # "path:line:text": what is done again at each boot, or by the system's own updates.
  grep -aHnsE '^[[:space:]]*-?[[:space:]]*(net|fs|kernel|vm)[./][^=#;]*=|^[[:space:]]*-[[:space:]]*(net|fs|kernel|vm)[./]' \
    /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf /etc/ufw/sysctl.conf
  grep -aHnsE '^[[:space:]]*(manage_etc_hosts|preserve_hostname|hostname|fqdn)[[:space:]]*:' \
    /etc/cloud/cloud.cfg /etc/cloud/cloud.cfg.d/*.cfg /var/lib/cloud/instance/cloud-config.txt /boot/firmware/user-data
  grep -aHnsE '^[[:space:]]*((Unattended-Upgrade::)?Automatic-Reboot|APT::Periodic::Unattended-Upgrade)[[:space:]]' \
    /etc/apt/apt.conf /etc/apt/apt.conf.d/*
  section configured-addresses
  # "path:line:address", of whatever configures the network.
  grep -aHnosE '([0-9]{1,3}[.]){3}[0-9]{1,3}' /etc/network/interfaces /etc/network/interfaces.d/* /etc/netplan/*.yaml \
    /etc/systemd/network/*.network /run/systemd/network/*.network /etc/systemd/network/*.network.d/*.conf \
    /etc/NetworkManager/system-connections/* /run/NetworkManager/system-connections/* /etc/dhcpcd.conf /proc/cmdline

  section stat
  # path, type, block size, blocks, blocks free to users, inodes, free inodes
  stat -f -c '%n %T %S %b %a %c %d' / /var/lib /boot/firmware /boot

  section disks
  readlink /sys/block/[!lr]*

  section addresses
  ip -o -4 addr show
}

echo '@hearth-facts 1'
read -r release </proc/sys/kernel/osrelease
# The pipe holds what the first half says until the second is through.
others </dev/null | {
  own
  cat
}
echo '@hearth-facts end'
exit 0
