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
apt_stall={{aptStallSeconds}}
manifest=/var/lib/hearth/manifest
# Hosts that have failed before in this run: nobody needs to wait for them.
lost_hosts={{lostHosts}}
export job run apt_wait apt_stall manifest lost_hosts

say() { printf '\n@%s %s\n' {{nonce}} "$*"; }

# A line for people while a step works.
note() { say "note $*"; }

# The reason of a failure, in words; it stands above the output of the tools.
fail() {
  say "reason $*"
  exit 1
}

# uptime: whole seconds, in $uptime.
uptime() {
  read -r uptime _ </proc/uptime
  uptime=${uptime%.*}
}

# session_of PID: the session of a process, in $session_of. Its name, in parentheses, may hold anything.
session_of() {
  session_of=
  IFS= read -r line 2>/dev/null <"/proc/$1/stat" || return 0
  line=${line##*) }
  # Behind the name: state, parent, group, session.
  line=${line#* }
  line=${line#* }
  line=${line#* }
  session_of=${line%% *}
}

# stop_session SIGNAL SESSION PID PID: all processes of a session but those two. Every process that a step starts stays
# in the session of this program, or in one that the step made for it.
stop_session() {
  for path in /proc/[0-9]*; do
    pid=${path#/proc/}
    if [ "$pid" = "$3" ] || [ "$pid" = "$4" ]; then continue; fi
    session_of "$pid"
    [ "$session_of" != "$2" ] || kill "-$1" "$pid" 2>/dev/null || :
  done
}

# Beside the steps: says that a long one is still at work, and ends one that can only wait in vain, because a host that
# it needs has failed, or because somebody wants to stop and it only waits.
watch() {
  exec 9<&-
  read -r self _ </proc/self/stat
  told=0
  step=
  while sleep 2; do
    kill -0 "$$" 2>/dev/null || exit 0
    [ -r "$job/now" ] || continue
    read -r number since <"$job/now"
    if [ "$number" != "$step" ]; then
      step=$number
      told=$since
    fi
    uptime
    wait_is_long=
    if [ -s "$job/waits" ] && [ $((uptime - since)) -ge 10 ]; then wait_is_long=1; fi
    if [ -e "$job/abandon" ] || { [ -e "$job/cancel" ] && [ -n "$wait_is_long" ]; }; then
      : >"$job/ended-early"
      stop_session TERM "$$" "$$" "$self"
      continue
    fi
    if [ $((uptime - told)) -ge 30 ]; then
      told=$uptime
      detail=
      if [ -s "$job/waits" ]; then
        read -r unit <"$job/waits"
        detail=$(journalctl --no-pager -q -o cat -n 1 -u "$unit" 2>/dev/null)
      fi
      say "alive $number $((uptime - since)) $detail"
    fi
  done
}

# Files and programs may hold secrets: they go first, whatever happens.
finish() {
  [ -z "${watcher-}" ] || kill "$watcher" 2>/dev/null || :
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
  printf '%s %s\n' "$1" "${started%.*}" >"$job/now"
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
  rm -f "$job/waits"
  if [ "$status" != 0 ] && [ -e "$job/abandon" ]; then
    IFS= read -r line <"$job/abandon"
    say "reason $line"
  fi
  say "end $status $started $ended"
  if [ "$status" != 0 ] && [ -e "$job/ended-early" ] && [ ! -e "$job/abandon" ]; then finish cancelled; fi
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
watch </dev/null &
watcher=$!
chmod 0700 /var/lib/hearth
printf '%s\n' "$run" >/var/lib/hearth/last-run
