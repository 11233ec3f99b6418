#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# rack.sh LAB VERB...: a rack of virtual hosts on this machine: real Debian systems with systemd and OpenSSH in namespaces,
# on a network of their own without a way out. All state of a lab is in one folder.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)

usage() {
  cat <<'END'
usage: rack.sh LAB VERB
  up COUNT [NAME=VALUE...]   hosts pi1..piCOUNT, on and answering SSH; values for new hosts:
                             memory=1G  disk=4G  pi="Raspberry Pi 4 Model B Rev 1.4"  sudo-password-file=PATH
                             pi2:memory=512M and so on are for one host
  prepare                    makes the base image, where it is not in the cache
  down                       takes the lab away with everything in it
  status                     a line per host: name, address, on or off, cable, host key
  start|kill|reboot|wipe|cut|join HOST...
                             power on, power cut, clean reboot, fresh disk, network cable out and in
  move HOST=ADDRESS...       other addresses, as in another network; hosts that are on are rebooted
  wait HOST...               until they answer SSH
  ssh HOST [COMMAND...]      as user pi, with the lab's key
  exec HOST COMMAND...       as root inside a host, without the network
  enter COMMAND...           a program of this machine in the lab's network
  fill HOST [BYTES-LEFT]     fills the disk of a host that has a size; unfill HOST
  slow HOST [WRITES]         so many writes a second to the disk of a host that has a size; unslow HOST
END
}

if [ $# -lt 2 ]; then
  usage >&2
  exit 2
fi
lab=$1 verb=$2
shift 2
. "$here/common.sh"
. "$here/cgroups.sh"
case $lab in *[!a-z0-9-]* | -* | '') die "\"$lab\" is not a name for a lab" "use a-z, 0-9 and -" ;; esac
[ ${#lab} -le 32 ] || die "the lab's name \"$lab\" is longer than 32 characters" "choose a shorter one"

# --- the lab as a whole ------------------------------------------------------------------------------------------------

# One changing command per lab at a time. The lock goes with the process that holds it, however it ends.
lock_lab() {
  mkdir -p "$state"
  chmod 700 "$state"
  while :; do
    exec 9<"$state"
    flock 9
    [ "$(stat -c %i "$state" 2>/dev/null)" != "$(stat -L -c %i /proc/self/fd/9)" ] || return 0
    mkdir -p "$state" # taken away by the command that held the lock before
  done
}

check_place() {
  case $state$cache in
    *[,:\\]*) die "the paths $state and $cache may not contain a comma, colon or backslash" "set HEARTH_LAB_STATE and HEARTH_LAB_CACHE" ;;
  esac
  [ "$(stat -f -c %T "$state")" != overlayfs ] ||
    die "$state is on an overlay file system, which cannot carry another" "set HEARTH_LAB_STATE to a folder on a real disk"
  check_owner
  echo "$state" >"$owner"
}

# Names of labs are the whole machine's, their folders are not.
owner=/run/hearth-lab-$lab
check_owner() {
  if [ -s "$owner" ] && [ "$(cat "$owner")" != "$state" ] && [ -e "$netns_path" ]; then
    die "a lab named $lab is already on, kept in $(cat "$owner")" "use another name, or the same user and folders as for that one"
  fi
}

make_network() {
  # Switching the bridge on is the last step: without it, a run was cut off in the middle.
  if [ -e "$netns_path" ] && in_network ip -o link show br0 up 2>/dev/null | grep -q .; then return; fi
  ip netns delete "$netns" 2>/dev/null || rm -f "$netns_path"
  ip netns add "$netns"
  ip -n "$netns" link set lo up
  ip -n "$netns" link add br0 type bridge
  ip -n "$netns" address add "$gateway/$prefix" dev br0
  for host in $(hosts); do join_network "$(host_address "$host")"; done
  ip -n "$netns" link set br0 up
}

# The way into and out of another network than a lab's usual one; that one stays, for packages and power.
join_network() { # ADDRESS
  ip -n "$netns" address replace "$(gateway_of "$1")/$prefix" dev br0
}

make_key() {
  [ -e "$state/key.pub" ] || ssh-keygen -q -t ed25519 -N '' -C "lab-$lab" -f "$state/key"
}

# The kernel counts inotify instances of all hosts together as root's: its usual limit of 128 lasts for four or five of
# them, and beyond it kubelets and containerd fail without a word. What it was comes back with the last lab's end.
inotify_limit=/proc/sys/fs/inotify/max_user_instances
inotify_saved=/run/hearth-labs-inotify
raise_inotify_limit() {
  if [ "$(cat $inotify_limit)" -lt 8192 ]; then
    [ -s "$inotify_saved" ] || cat "$inotify_limit" >"$inotify_saved"
    echo 8192 >"$inotify_limit" || die "the limit of inotify instances cannot be raised" "sysctl -w fs.inotify.max_user_instances=8192"
  fi
}
restore_inotify_limit() {
  for other in /run/hearth-lab-*; do
    [ ! -e "$other" ] || return 0
  done
  [ ! -s "$inotify_saved" ] || cat "$inotify_saved" >"$inotify_limit"
  rm -f "$inotify_saved"
}

up() {
  need_root
  need_programs mmdebstrap=mmdebstrap socat=socat apt-cacher-ng=apt-cacher-ng ip=iproute2 ssh-keygen=openssh-client \
    nsenter=util-linux unshare=util-linux setpriv=util-linux flock=util-linux mkfs.ext4=e2fsprogs
  count=${1-}
  case $count in '' | *[!0-9]*) die "up needs a number of hosts" ;; esac
  if [ "$count" -lt 1 ] || [ "$count" -gt "$max_hosts" ]; then die "a lab has 1 to $max_hosts hosts"; fi
  shift
  image=$(sh "$here/base.sh" "$lab")
  lock_lab
  check_place
  [ -s "$state/base" ] || echo "$image" >"$state/base"
  [ -d "$(cat "$state/base")" ] || die "the base image of lab $lab is gone: $(cat "$state/base")" "hearth lab down, then up"
  make_key
  raise_inotify_limit
  make_lab_cgroups
  make_network
  serve_packages
  serve_power
  # Hosts cannot load modules themselves.
  modprobe -qa overlay br_netfilter nf_conntrack 2>/dev/null || :
  index=1
  while [ "$index" -le "$count" ]; do
    create "pi$index" "$index" "$@"
    power_on "pi$index"
    index=$((index + 1))
  done
  list_known_hosts
  exec 9>&- # waiting changes nothing: whoever wants to take the lab away need not wait too
  # shellcheck disable=SC2046 # one name per word
  wait_for $(hosts)
}

# The way to the apt proxy is there as long as something listens in the lab's network.
serve_packages() {
  in_network ss -Hltn "sport = :$proxy_port" | grep -q . || sh "$here/proxy.sh" "$lab"
}

serve_power() {
  in_network ss -Hltn "src $plug:80" | grep -q . || sh "$here/plug.sh" "$lab"
}

down() {
  need_root
  lock_lab
  check_owner
  remove_lab_cgroups || die "the control groups of lab $lab cannot be removed" "try again in a moment"
  ip netns delete "$netns" 2>/dev/null || rm -f "$netns_path"
  rm -rf --one-file-system "$state"
  rm -f "$owner"
  restore_inotify_limit
}

status() {
  [ -d "$state/hosts" ] || return 0
  for host in $(hosts); do
    folder=$state/hosts/$host
    if is_on "$host"; then power=on; else power=off; fi
    if [ -e "$folder/cut" ]; then cable='cut'; else cable='in'; fi
    printf '%s\t%s\t%s\t%s\t%s\t%s\t%s\n' "$host" "$(host_address "$host")" "$power" "$cable" \
      "$(value "$folder/known_hosts" | cut -d' ' -f2,3)" "$(value "$folder/fingerprint")" "$(value "$folder/serial")"
  done
}

list_known_hosts() { cat "$state"/hosts/*/known_hosts >"$state/known_hosts"; }

# --- one host ----------------------------------------------------------------------------------------------------------

create() { # HOST INDEX [NAME=VALUE...]: nothing if it is there
  folder=$state/hosts/$1
  [ ! -e "$folder/index" ] || return 0
  rm -rf --one-file-system "$folder" # remains of a run that was cut off
  mkdir -p "$folder"
  name=$1 number=$2
  shift 2
  for option; do
    case $option in
      "$name":*) option=${option#*:} ;;
      pi[0-9]*:*) continue ;; # meant for another host
    esac
    case $option in
      memory=*) echo "${option#*=}" >"$folder/memory" ;;
      disk=*) echo "${option#*=}" >"$folder/disk-size" ;;
      pi=*) echo "${option#*=}" >"$folder/pi" ;;
      sudo-password-file=*) (umask 077 && cat "${option#*=}" >"$folder/sudo-password") ;;
      *) die "unknown option $option" ;;
    esac
  done
  echo "$number" >"$folder/index.new"
  mv "$folder/index.new" "$folder/index"
}

is_on() { ! flock -n "$state/hosts/$1/lock" true; }

power_on() {
  folder=$(host_folder "$1")
  ! is_on "$1" || return 0
  # The marker is written last: a flashing that was cut off is begun again.
  if [ ! -e "$folder/flashed" ]; then
    sh "$here/flash.sh" "$lab" "$1"
    : >"$folder/flashed"
  fi
  rm -f "$folder/off"
  setsid sh "$here/host.sh" "$lab" "$1" </dev/null >>"$folder/console.log" 2>&1 &
  supply=$!
  until is_on "$1" || ! kill -0 "$supply" 2>/dev/null; do sleep 0.01; done
}

power_off() { # as a power cut: no process of the host gets to do anything more
  folder=$(host_folder "$1")
  : >"$folder/off" # keeps a host that is just rebooting from coming back
  lift_limits "$1"
  while is_on "$1"; do
    kill_cgroup "$(tracking_folder)/$1"
    sleep 0.01
  done
  rm -f "$folder/off" "$folder/init"
}

wipe() {
  if is_on "$1"; then was_on=yes; else was_on=no; fi
  power_off "$1"
  rm -f "$state/hosts/$1/flashed"
  if [ "$was_on" = yes ]; then
    power_on "$1"
  else
    sh "$here/flash.sh" "$lab" "$1"
    : >"$state/hosts/$1/flashed"
  fi
  list_known_hosts
}

cut_cable() {
  : >"$state/hosts/$1/cut"
  ip -n "$netns" link set "$1" down 2>/dev/null || :
}

join_cable() {
  rm -f "$state/hosts/$1/cut"
  ip -n "$netns" link set "$1" up 2>/dev/null || :
}

wait_for() {
  waiting=''
  for host; do
    folder=$(host_folder "$host")
    [ -e "$folder/cut" ] || waiting="$waiting $(host_address "$host") $host"
  done
  # shellcheck disable=SC2086 # an address and a name per host, each a word
  late=$(in_network sh "$here/wait.sh" "${HEARTH_LAB_PATIENCE:-120}" "$state/hosts" $waiting) || {
    tail -n 5 "$state/hosts/${late%% *}/console.log" >&2
    die "$late" "its console is in $state/hosts/${late%% *}/console.log"
  }
}

# Other addresses for hosts, as in another network or with new leases. They keep all else, their keys too; those that are on
# are rebooted once all are told.
move() { # HOST=ADDRESS...
  need_root
  [ $# -gt 0 ] || die "move needs hosts and addresses, as in pi3=10.78.0.13"
  for pair; do
    host_folder "${pair%%=*}" >/dev/null
    octets=$(printf '%s' "${pair#*=}" | awk -F. 'NF == 4 && !/[^0-9.]/ && $1 > 0 && $1 < 224 && $1 != 127 &&
      $2 < 256 && $3 < 256 && $4 > 2 && $4 < 255 && $2 $3 $4 != "" { print $1 + 0 "." $2 + 0 "." $3 + 0 "." $4 + 0 }')
    [ "$octets" = "${pair#*=}" ] || die "\"${pair#*=}\" is not an address for a host" "write it as in 10.78.0.13, its last part from 3 to 254"
  done
  lock_lab
  for pair; do echo "${pair#*=}" >"$state/hosts/${pair%%=*}/address.new"; done
  taken=$(for host in $(hosts); do value "$state/hosts/$host/address.new" "$(host_address "$host")"; done | sort | uniq -d)
  if [ -n "$taken" ]; then
    rm -f "$state"/hosts/*/address.new
    die "two hosts would have the address $(echo "$taken" | head -n 1)" "give each another"
  fi
  for pair; do
    host=${pair%%=*} address=${pair#*=}
    folder=$state/hosts/$host
    # On a running host its own programs write; on one that is off, only the disk is there.
    if is_on "$host"; then
      network_file "$address" | (in_host "$host" sh -c 'cat >/etc/systemd/network/10-eth0.network')
    else
      for tree in "$folder/seed" "$folder/disk/upper"; do
        [ ! -d "$tree/etc/systemd/network" ] || network_file "$address" >"$tree/etc/systemd/network/10-eth0.network"
      done
    fi
    mv "$folder/address.new" "$folder/address"
    [ ! -e "$netns_path" ] || join_network "$address"
  done
  for pair; do
    ! is_on "${pair%%=*}" || reboot_host "${pair%%=*}"
  done
}

# The machine's id of a host's first process.
init_of() {
  # Process ids are used again: only a process that is in the host's control group is meant. A host that was just switched
  # on needs a moment to have one.
  until
    pid=$(value "$state/hosts/$1/init")
    grep -qs "/hearth-$lab/$1" "/proc/${pid:-none}/cgroup" && grep -qx systemd "/proc/$pid/comm"
  do
    is_on "$1" || die "$1 is off" "hearth lab start $1"
    sleep 0.02
  done
  echo "$pid"
}

in_host() {
  host_folder "$1" >/dev/null
  pid=$(init_of "$1")
  for group in $(host_cgroups "$1"); do
    ! is_v2 || group=$group/hearth-exec # on v2 only leaves may hold processes
    mkdir -p "$group"
    echo 0 >"$group/cgroup.procs"
  done
  shift
  exec nsenter --target "$pid" --mount --uts --ipc --net --pid --cgroup --root -- \
    env -i --chdir=/ container=hearth HOME=/root USER=root "TERM=${TERM:-dumb}" \
    PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
    setpriv --bounding-set -sys_time,-sys_module,-sys_rawio,-wake_alarm "$@"
}

log_in() {
  folder=$(host_folder "$1")
  address=$(host_address "$1")
  alias=$(cut -d' ' -f1 "$folder/known_hosts") # a host that moved keeps its key
  shift
  exec nsenter --net="$netns_path" -- ssh -i "$state/key" -o IdentitiesOnly=yes -o BatchMode=yes \
    -o UserKnownHostsFile="$state/known_hosts" -o HostKeyAlias="$alias" -o StrictHostKeyChecking=yes -o ConnectTimeout=5 -o LogLevel=ERROR \
    "pi@$address" "$@"
}

need_disk() { # HOST WHY
  folder=$(host_folder "$1")
  [ -s "$folder/disk-size" ] || die "the disk of $1 is the machine's own: $2" \
    "make hosts with a disk of their own: hearth lab up --disk 4G"
}

fill() { # HOST [BYTES-LEFT]
  need_disk "$1" "filling it would fill the machine"
  # shellcheck disable=SC2016 # expanded inside the host
  (in_host "$1" sh -c '
    cd /var/lib/kubelet
    fallocate -l "$(($(stat -f -c "%a * %S" .)))" .filled 2>/dev/null
    dd if=/dev/zero bs=64k status=none oflag=append conv=notrunc of=.filled 2>/dev/null
    truncate -s "-$1" .filled' fill "${2:-0}")
}

unfill() { (in_host "$1" rm -f /var/lib/kubelet/.filled); }

slow() { # HOST [WRITES]
  need_disk "$1" "slowing it down would slow the machine down"
  limit_writes "$1" "$(in_host "$1" mountpoint -d /var/lib/kubelet)" "${2:-2}"
}

unslow() {
  need_disk "$1" "it was never slow"
  limit_writes "$1" "$(in_host "$1" mountpoint -d /var/lib/kubelet)" 0
}

for_each() { # FUNCTION HOST...
  need_root
  act=$1
  shift
  [ $# -gt 0 ] || die "$verb needs the name of a host"
  for host; do host_folder "$host" >/dev/null; done
  lock_lab
  for host; do "$act" "$host"; done
}

power_on_again() { # what power needs may be gone too, after the machine itself was restarted
  raise_inotify_limit
  make_lab_cgroups
  make_network
  serve_packages
  serve_power
  power_on "$1"
}

reboot_host() {
  old=$(init_of "$1")
  (in_host "$1" systemctl reboot)
  # Until then sshd may still answer, and whoever waits for the host would be misled.
  while [ "$(value "$state/hosts/$1/init")" = "$old" ] && is_on "$1"; do sleep 0.02; done
}

case $verb in
prepare)
  need_programs mmdebstrap=mmdebstrap
  sh "$here/base.sh" "$lab"
  ;;
up) up "$@" ;;
down) down ;;
status) status ;;
start) for_each power_on_again "$@" ;;
kill) for_each power_off "$@" ;;
reboot) for_each reboot_host "$@" ;;
move) move "$@" ;;
wipe) for_each wipe "$@" ;;
cut) for_each cut_cable "$@" ;;
join) for_each join_cable "$@" ;;
wait) wait_for "$@" ;;
ssh) log_in "$@" ;;
exec) in_host "$@" ;;
enter) exec nsenter --net="$netns_path" -- "$@" ;;
fill) fill "$@" ;;
unfill) unfill "$1" ;;
slow) slow "$@" ;;
unslow) unslow "$1" ;;
*)
  usage >&2
  exit 2
  ;;
esac
