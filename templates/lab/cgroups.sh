# shellcheck shell=sh disable=SC2154
# Control groups of a lab, on machines with cgroup v1 (also hybrid) and v2. Sourced after common.sh.
#
#   hearth-LAB/outer   what serves the lab on this machine: a supervisor per host, the way to the apt proxy
#   hearth-LAB/HOST    everything inside one host; the host's own systemd rules below it
#
# `hearth-LAB` is also how a lab's processes are found: by membership, never by a stored process id.

cgroup_root=/sys/fs/cgroup
unit=hearth-lab-$lab.service

is_v2() { [ "$(stat -f -c %T "$cgroup_root")" = cgroup2fs ]; }

machine_runs_systemd() { [ -d /run/systemd/system ]; }

# cgroup v1: the mounted hierarchies by folder name, such as `memory` or `cpu,cpuacct`, and `unified` where hybrid.
hierarchies() {
  while read -r _ hierarchy type _; do
    case $type in cgroup | cgroup2) ;; *) continue ;; esac
    case $hierarchy in "$cgroup_root"/*/*) ;; "$cgroup_root"/*) echo "${hierarchy##*/}" ;; esac
  done </proc/mounts
}

# The lab's folder in the hierarchy that tracks processes: v2 where there is one, because only v2 can kill a tree at once.
tracking_folder() {
  if ! is_v2; then
    for name in unified systemd pids memory; do
      [ -e "$cgroup_root/$name/cgroup.procs" ] && echo "$cgroup_root/$name/hearth-$lab" && return
    done
    die "no cgroup hierarchy is mounted below $cgroup_root" "mount cgroups, or use a machine with systemd"
  elif machine_runs_systemd; then
    # systemd owns the tree; it hands a part of it to a unit of ours.
    echo "$cgroup_root/system.slice/$unit"
  else
    echo "$cgroup_root/hearth-$lab"
  fi
}

# Character devices that a host may use: those of every container, its terminals, tun and fuse. No block device, ever.
host_devices='1:3 1:5 1:7 1:8 1:9 1:11 5:0 5:1 5:2 136:* 10:200 10:229'

make_lab_cgroups() {
  if is_v2; then make_lab_cgroups_v2; else make_lab_cgroups_v1; fi
}

make_lab_cgroups_v1() {
  for name in $(hierarchies); do mkdir -p "$cgroup_root/$name/hearth-$lab"; done
  mkdir -p "$(tracking_folder)/outer"
  share_cpus "$cgroup_root/cpuset" "$cgroup_root/cpuset/hearth-$lab"
  devices=$cgroup_root/devices/hearth-$lab
  # Still allowing all: only then the rules can be set, and must be.
  grep -qs '^a' "$devices/devices.list" || return 0
  echo a >"$devices/devices.deny"
  # Making a device node is harmless while opening it is refused; runc makes some.
  for rule in 'c *:* m' 'b *:* m'; do echo "$rule" >"$devices/devices.allow"; done
  for device in $host_devices; do echo "c $device rwm" >"$devices/devices.allow"; done
}

# A v1 cpuset starts empty and then takes no process.
share_cpus() {
  [ -d "$2" ] || return 0
  cat "$1/cpuset.cpus" >"$2/cpuset.cpus"
  cat "$1/cpuset.mems" >"$2/cpuset.mems"
}

make_lab_cgroups_v2() {
  top=$(tracking_folder)
  if machine_runs_systemd; then
    systemctl is-active --quiet "$unit" || start_unit
    mkdir -p "$top/outer"
    # A group with processes of its own cannot hand controllers to its children.
    while read -r pid; do echo "$pid" >"$top/outer/cgroup.procs"; done <"$top/cgroup.procs"
  else
    mkdir -p "$top/outer"
    hand_down "$cgroup_root"
  fi
  hand_down "$top"
}

start_unit() {
  # systemd's device filter is the only one on v2 without writing BPF by hand.
  allow=''
  for device in $host_devices; do
    case $device in
      136:*) allow="$allow -p DeviceAllow=char-pts" ;;
      *) allow="$allow -p DeviceAllow=/dev/char/$device" ;;
    esac
  done
  # shellcheck disable=SC2086 # one argument per word
  systemd-run --quiet --unit="$unit" --description="Virtual rack $lab" -p Delegate=yes -p DevicePolicy=strict \
    $allow -p "DeviceAllow=char-* m" -p "DeviceAllow=block-* m" sleep infinity ||
    die "systemd could not start $unit" "journalctl -u $unit shows why"
}

# Gives a v2 group's children every controller that it has itself.
hand_down() {
  # shellcheck disable=SC2013 # one controller per word
  for controller in $(cat "$1/cgroup.controllers"); do
    echo "+$controller" >"$1/cgroup.subtree_control" 2>/dev/null ||
      say "note: controller $controller cannot be used below $1" >&2
  done
}

# Every folder of one host's control group.
host_cgroups() {
  if is_v2; then
    echo "$(tracking_folder)/$1"
  else
    for name in $(hierarchies); do echo "$cgroup_root/$name/hearth-$lab/$1"; done
  fi
}

# Fresh control groups for a host about to boot; what a dead boot left in them is removed.
make_host_cgroups() { # HOST MEMORY-LIMIT (bytes, or with a suffix K, M, G; empty for none)
  for group in $(host_cgroups "$1"); do
    remove_cgroup "$group" || return 1
    mkdir -p "$group"
  done
  if is_v2; then
    [ -z "$2" ] || echo "$2" >"$(tracking_folder)/$1/memory.max"
  else
    share_cpus "$cgroup_root/cpuset/hearth-$lab" "$cgroup_root/cpuset/hearth-$lab/$1"
    [ -z "$2" ] || echo "$2" >"$cgroup_root/memory/hearth-$lab/$1/memory.limit_in_bytes"
  fi
}

# Writes a second that a host may do to a block device (MAJOR:MINOR); 0 lifts the limit. Switching off lifts it as well.
limit_writes() { # HOST DEVICE WRITES
  if is_v2; then
    limit=$3
    [ "$limit" != 0 ] || limit=max
    echo "$2 wiops=$limit" >"$(tracking_folder)/$1/io.max"
    return
  fi
  # Each v1 group counts for itself alone.
  find "$cgroup_root/blkio/hearth-$lab/$1" -name blkio.throttle.write_iops_device 2>/dev/null | while read -r file; do
    { echo "$2 $3" >"$file"; } 2>/dev/null || [ ! -e "$file" ] ||
      say "note: the limit in $file cannot be set" >&2
  done
}

# Lifts what limit_writes set, of one host or of all: what waits for a slow disk cannot be killed.
lift_limits() { # HOST, or an empty word for all
  if is_v2; then
    lift_each "$(tracking_folder)${1:+/$1}" io.max wiops=max
  else
    lift_each "$cgroup_root/blkio/hearth-$lab${1:+/$1}" blkio.throttle.write_iops_device 0
  fi
}

# A running host starts and ends services and pods all the while: a group may go while it is looked at, its limit with it.
lift_each() { # FOLDER FILE NO-LIMIT
  find "$1" -name "$2" 2>/dev/null | while read -r file; do
    { while read -r device _; do echo "$device $3" >"$file"; done <"$file"; } 2>/dev/null || [ ! -e "$file" ] ||
      say "note: the limit in $file cannot be lifted" >&2
  done
}

# Moves the calling shell into a host's control groups.
enter_host_cgroups() {
  for group in $(host_cgroups "$1"); do echo 0 >"$group/cgroup.procs"; done
}

# Moves the calling shell to where the lab's own helpers are.
enter_outer_cgroup() { echo 0 >"$(tracking_folder)/outer/cgroup.procs"; }

processes_below() { # a cgroup folder
  [ ! -d "$1" ] || find "$1" -name cgroup.procs -exec cat {} + 2>/dev/null
}

# Kills everything in a control group and returns when nothing is left.
kill_cgroup() {
  while [ -n "$(processes_below "$1")" ]; do
    if [ -e "$1/cgroup.kill" ]; then
      echo 1 >"$1/cgroup.kill"
    else
      # shellcheck disable=SC2046 # one process id per word; one that has ended meanwhile is not a failure
      kill -9 $(processes_below "$1") 2>/dev/null || :
    fi
    sleep 0.02
  done
}

# Removes a control group with all groups below it. The kernel lets go of the last process a moment after its death.
remove_cgroup() {
  tries=0
  while [ -d "$1" ]; do
    find "$1" -depth -type d -exec rmdir {} + 2>/dev/null && return
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || return 1
    sleep 0.02
  done
}

remove_lab_cgroups() {
  top=$(tracking_folder)
  lift_limits ''
  kill_cgroup "$top"
  if is_v2 && machine_runs_systemd; then systemctl stop "$unit" 2>/dev/null; fi
  if ! is_v2; then
    for name in $(hierarchies); do remove_cgroup "$cgroup_root/$name/hearth-$lab"; done
  fi
  remove_cgroup "$top"
}
