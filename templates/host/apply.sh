# The work of one run on this host in one phase: step after step, until the first that fails. It goes on when the
# connection that started it is gone; what it says goes to a file that the connection, or the next one, reads.
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
HOME=/root
export LC_ALL PATH HOME
umask 022
trap '' HUP PIPE
cd /

job={{job}}
run={{run}}
apt_wait={{aptWaitSeconds}}
manifest=/var/lib/hearth/manifest
# Hosts that have failed before in this run: nobody needs to wait for them.
lost_hosts={{lostHosts}}
export job run apt_wait manifest lost_hosts

say() { printf '\n@{{nonce}} %s\n' "$*"; }

# A line for people while a step works.
note() { say "note $*"; }

# The reason of a failure, in words; it stands above the output of the tools.
fail() {
  say "reason $*"
  exit 1
}

# Files and programs may hold secrets: they go first, whatever happens.
finish() {
  rm -rf "$job/files" "$job/apply.sh"
  if [ -e "$job/reload" ] || [ -e "$job/reload-last" ]; then systemctl daemon-reload; fi
  say "done $*"
  if [ "$1" = restart ]; then
    sync
    systemctl reboot || reboot
  fi
  exit 0
}

# The sign of life in the lock: seconds of uptime at which this run was last seen. Nothing happens under a lock that
# somebody else has taken.
beat() {
  read -r beat_now _ </proc/uptime
  read -r lock_run lock_boot lock_since _ lock_rest </run/hearth/lock || lock_run=
  [ "$lock_run" = "$run" ] || finish lost
  printf '%s\n' "$lock_run $lock_boot $lock_since $beat_now $lock_rest" >/run/hearth/lock.new
  mv /run/hearth/lock.new /run/hearth/lock
}

# step NUMBER SECONDS: runs step_NUMBER, or for the bounded ones a program of their own that ends after SECONDS.
step() {
  [ ! -e "$job/cancel" ] || finish cancelled
  beat
  read -r started _ </proc/uptime
  say "begin $1"
  if [ "$2" = 0 ]; then
    (
      exec 9<&-
      set -eu
      "step_$1"
    )
    status=$?
  else
    HEARTH_FILES="$job/files/$1" timeout -k 10 "$2" sh -eu "$job/files/$1.sh" 9<&-
    status=$?
  fi
  read -r ended _ </proc/uptime
  say "end $status $started $ended"
  case $status in
    0) ;;
    194) finish restart ;;
    *) finish failed ;;
  esac
}

# What hearth made here, one line each: kind, name, SHA-256 of a file's content, seconds since 1970, run. The last line
# about a name counts.
record() {
  now=$(date +%s)
  printf '%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "${3:--}" "$now" "$run" >>"$manifest"
}
recorded() { grep -qsF -- "$(printf '%s\t%s\t' "$1" "$2")" "$manifest"; }

mkdir -p "$job/files"
chmod 0700 /var/lib/hearth
printf '%s\n' "$run" >/var/lib/hearth/last-run
