# Debian packages. apt's own messages name who holds a lock; they are waited for, with a limit.
DEBIAN_FRONTEND=noninteractive
DEBIAN_PRIORITY=critical
NEEDRESTART_MODE=l
APT_LISTCHANGES_FRONTEND=none
UCF_FORCE_CONFFOLD=1
export DEBIAN_FRONTEND DEBIAN_PRIORITY NEEDRESTART_MODE APT_LISTCHANGES_FRONTEND UCF_FORCE_CONFFOLD

# A server or proxy that says nothing for so long is asked again.
acquire='-o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30 -o Acquire::ftp::Timeout=30 -o Acquire::Retries=3'

# holder FILE: name and pid of the process that, by the messages in FILE, holds a lock.
holder() {
  pid=$(sed -n 's/.*held by process \([0-9][0-9]*\).*/\1/p; s/.*process with pid \([0-9][0-9]*\).*/\1/p' "$1" | head -n 1)
  name=
  if [ -n "$pid" ] && [ -r "/proc/$pid/comm" ]; then read -r name <"/proc/$pid/comm" || :; fi
  if [ -n "$name" ]; then echo "$name (process $pid)"; else echo "another program${pid:+ (process $pid)}"; fi
}

# work SESSION: a number that changes while its processes compute or fetch; in $work. $dpkg is set while dpkg is at work,
# which may be silent for long, and must not be ended in its middle.
work() {
  work=0
  dpkg=
  for path in /proc/[0-9]*; do
    session_of "${path#/proc/}"
    [ "$session_of" = "$1" ] || continue
    IFS= read -r line 2>/dev/null <"$path/stat" || continue
    case $line in *'(dpkg'*) dpkg=1 ;; esac
    line=${line##*) }
    set -f
    # shellcheck disable=SC2086 # words are wanted
    set -- "$1" $line
    set +f
    # Behind the session's number: time of its own and of its children, in the kernel and outside.
    work=$((work + ${13} + ${14} + ${15} + ${16}))
    set -- "$1"
  done
  for path in /var/lib/apt/lists/partial/* /var/cache/apt/archives/partial/* "$out"; do
    [ ! -f "$path" ] || work="$work $(stat -c %s -- "$path" 2>/dev/null)"
  done
}

# watched COMMAND...: into $out, in a session of its own. Says now and then that it lives, and ends it when nothing has
# moved for $apt_stall seconds; its status is 124 then.
watched() {
  rm -f "$job/apt.status" "$job/apt.pid"
  (
    status=0
    # shellcheck disable=SC2016 # for the shell that becomes the command
    setsid sh -c 'echo $$ >"$0"; exec "$@"' "$job/apt.pid" "$@" >"$out" 2>&1 </dev/null || status=$?
    echo "$status" >"$job/apt.status.new"
    mv "$job/apt.status.new" "$job/apt.status"
  ) &
  uptime
  began=$uptime moved=$uptime looked=$uptime said=$uptime before_work=
  while [ ! -s "$job/apt.status" ]; do
    sleep 0.2
    uptime
    if [ $((uptime - looked)) -lt 2 ] || [ ! -s "$job/apt.pid" ]; then continue; fi
    looked=$uptime
    read -r group <"$job/apt.pid"
    work "$group"
    if [ "$work" != "$before_work" ]; then
      before_work=$work
      moved=$uptime
    fi
    if [ $((uptime - said)) -ge 20 ]; then
      said=$uptime
      note "apt works since $((uptime - began)) s: $(tail -n 1 "$out" | cut -c 1-100)"
    fi
    limit=$apt_stall
    [ -z "$dpkg" ] || limit=$((apt_stall * 10))
    if [ $((uptime - moved)) -ge "$limit" ]; then
      stop_session TERM "$group" 0 0
      sleep 2
      stop_session KILL "$group" 0 0
      return 124
    fi
  done
  read -r status <"$job/apt.status"
  return "$status"
}

# patiently COMMAND...: again and again while somebody else holds a lock of apt or dpkg, and again when it stood still.
patiently() {
  out="$job/apt.out"
  read -r now _ </proc/uptime
  deadline=$((${now%.*} + apt_wait))
  told=
  tries=1
  while :; do
    result=0
    watched "$@" || result=$?
    if [ "$result" = 0 ]; then
      cat "$out"
      return 0
    fi
    if [ "$result" = 124 ]; then
      last=$(tail -n 1 "$out" | cut -c 1-100)
      if [ "$tries" = 3 ]; then
        cat "$out"
        fail "apt stood still for $apt_stall s, three times; its last words: ${last:-none}"
      fi
      tries=$((tries + 1))
      note "apt stood still for $apt_stall s (${last:-no word}); trying again"
      continue
    fi
    if ! grep -Eq 'Could not get lock|Unable to acquire the dpkg frontend lock|Unable to lock|lock was locked by another|is locked by another process' "$out"; then
      cat "$out"
      return 1
    fi
    who=$(holder "$out")
    read -r now _ </proc/uptime
    if [ "${now%.*}" -ge "$deadline" ]; then
      cat "$out"
      fail "apt is held by $who; it was waited for $apt_wait s"
    fi
    if [ "$who" != "$told" ]; then note "waiting for $who, which holds apt's lock"; fi
    told=$who
    sleep 1
  done
}

# An installation that was cut short before is brought to its end first.
mend_dpkg() {
  for path in /var/lib/dpkg/updates/*; do
    if [ -e "$path" ]; then
      note "finishing an interrupted installation"
      patiently dpkg --configure -a --force-confdef --force-confold
      break
    fi
  done
}

update_lists() {
  note "reading package lists"
  # shellcheck disable=SC2086 # one option per word
  patiently apt-get -q -o APT::Update::Error-Mode=any $acquire update || return 1
  : >/var/lib/hearth/apt-updated
}

lists_are_old() {
  for stamp in /var/lib/hearth/apt-updated /var/lib/apt/periodic/update-success-stamp /var/lib/apt/lists/partial; do
    if [ -e "$stamp" ] && [ -n "$(find "$stamp" -maxdepth 0 -mmin -1440)" ]; then
      for list in /var/lib/apt/lists/*Packages*; do
        if [ -e "$list" ]; then return 1; fi
      done
    fi
  done
  return 0
}

apt_install() {
  # shellcheck disable=SC2086 # one option per word
  patiently apt-get -q -y --no-install-recommends --allow-downgrades --allow-change-held-packages \
    -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold -o Dpkg::Use-Pty=0 \
    $acquire install -- "$@"
}

# What apt says first is what is wrong; the rest follows from it.
apt_failed() {
  reason=$(sed -n 's/^E: //p' "$job/apt.out" | head -n 1)
  fail "apt: ${reason:-installation failed}"
}

# Packages that are installed, one a line.
installed() { dpkg-query -W -f '${Package} ${db:Status-Status}\n' | sed -n 's/ installed$//p' | sort -u; }

# What was there before stays known until the manifest says what came, also over a run that was cut off.
before=/var/lib/hearth/packages-before

install_packages() {
  mend_dpkg
  if [ ! -s "$before" ]; then
    installed >"$before.new"
    mv "$before.new" "$before"
  fi
  updated=
  why=
  if lists_are_old; then
    # Old lists may still do; whether they do, the installation says.
    updated=1
    update_lists || {
      why=$(sed -n 's/^E: //p' "$job/apt.out" | head -n 1)
      if ! dd if=/dev/zero of=/var/lib/apt/lists/.hearth bs=64k count=16 2>/dev/null; then
        why="no space left on device for package lists (/var/lib/apt/lists)"
      fi
      rm -f /var/lib/apt/lists/.hearth
      note "package lists could not be read (${why:-apt gives no reason}); trying with the old ones"
    }
  fi
  if ! apt_install "$@"; then
    if grep -q 'dpkg was interrupted' "$job/apt.out"; then
      patiently dpkg --configure -a --force-confdef --force-confold || apt_failed
    elif [ -z "$updated" ] && grep -Eq 'Unable to locate|has no installation candidate|was not found|404|Failed to fetch' "$job/apt.out"; then
      update_lists || apt_failed
    else
      # What is missing in old lists is missing because the new ones could not be read.
      if [ -n "$why" ] && grep -Eq 'Unable to locate|has no installation candidate|was not found' "$job/apt.out"; then
        fail "apt: package lists could not be read: $why"
      fi
      apt_failed
    fi
    apt_install "$@" || apt_failed
  fi
  for name; do
    bare=${name%%=*}
    case $(dpkg-query -W -f '${db:Status-Status}' -- "$bare" 2>/dev/null) in
      installed) ;;
      *) fail "$bare is not installed, though apt is content: name the real package, not one that it stands for" ;;
    esac
  done
  installed >"$job/packages-after"
  # Dependencies too: removal takes exactly what came.
  for name in $(comm -13 "$before" "$job/packages-after"); do record package "$name"; done
  rm -f "$before"
}

hold_packages() { apt-mark hold -- "$@"; }

# upgrade_packages NAME=VERSION...: what was installed for the sake of others stays marked so, new ones among them.
upgrade_packages() {
  bare=
  for name; do bare="$bare ${name%%=*}"; done
  # shellcheck disable=SC2086 # one name per word
  manual=$(apt-mark showmanual -- $bare 2>/dev/null | tr '\n' ' ')
  install_packages "$@"
  auto=
  for name in $bare; do
    case " $manual " in *" $name "*) ;; *) auto="$auto $name" ;; esac
  done
  # shellcheck disable=SC2086 # one name per word
  [ -z "$auto" ] || apt-mark auto -- $auto >/dev/null
}
