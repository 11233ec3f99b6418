#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# host.sh LAB HOST: the power supply of one virtual host. Boots it, boots it again after a reboot, and ends when it is
# switched off. Holds a lock on the host's folder all the while: that lock is what "powered on" means.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
lab=$1 host=$2
. "$here/common.sh"
. "$here/cgroups.sh"

folder=$state/hosts/$host
exec 8>"$folder/lock"
flock -w 2 8 || die "$host is powered on already" # whoever asks whether it is on holds the lock for an instant
exec 9>&-
enter_outer_cgroup

reboot_status=129 # the kernel ends a process namespace whose init called reboot(2) with SIGHUP, a halted one with SIGINT
status=$reboot_status
while [ "$status" = "$reboot_status" ] && [ ! -e "$folder/off" ]; do
  # A veth dies a moment after the namespace at its other end; its name must be free for the next boot.
  ip -n "$netns" link delete "$host" 2>/dev/null || :
  if ! make_host_cgroups "$host" "$(value "$folder/memory")"; then
    say "control groups of $host cannot be made"
    break
  fi
  status=0
  unshare --pid --fork --kill-child --mount --propagation private --uts --ipc --net \
    sh "$here/boot.sh" "$lab" "$host" 8>&- || status=$?
  rm -f "$folder/init"
done
say "$host is off (status $status)"
