# systemd units.

# systemd reads unit files only when told to; once for all that changed is enough. What is enabled, disabled or masked
# takes effect at once and is only shown wrongly until then: that reload waits for the end of the program.
reload_units() {
  if [ -e "$job/reload" ] || [ "$(systemctl show -p NeedDaemonReload --value -- "$1")" = yes ]; then
    rm -f "$job/reload"
    systemctl daemon-reload
  fi
}

at_boot() { # enable|disable|mask UNIT
  systemctl -q --no-reload "$1" -- "$2"
  : >"$job/reload-last"
}

# unit_running NAME enable|disable start|restart|reload|none [SETTINGS FILE...]
# FILEs hold SETTINGS that people chose.
unit_running() {
  reload_units "$1"
  if [ "$(systemctl show -p LoadState --value -- "$1")" = masked ]; then systemctl unmask -- "$1"; fi
  case $2 in
    enable)
      # Units without an [Install] section cannot be enabled, and need not be.
      case $(systemctl is-enabled -- "$1" 2>/dev/null) in
        enabled | static | indirect | generated | alias) ;;
        *) at_boot enable "$1" ;;
      esac
      record unit "$1"
      ;;
    disable) at_boot disable "$1" ;;
  esac
  case $3 in
    none) return 0 ;;
    start)
      # A unit that failed too often in a short time is not started again without this.
      systemctl reset-failed -- "$1" 2>/dev/null || :
      verb=restart
      ;;
    restart) verb=restart ;;
    reload) verb=reload-or-restart ;;
  esac
  # What starts may wait for others; whoever watches over this step may end the waiting, and systemd goes on.
  echo "$1" >"$job/waits"
  started_well=0
  timeout -k 5 1800 systemctl "$verb" -- "$1" || started_well=$?
  rm -f "$job/waits"
  if [ "$started_well" = 124 ]; then
    show_unit "$1"
    fail "$1 did not start within 1800 s"
  fi
  if [ "$started_well" != 0 ]; then
    came_to_nothing "$1" "does not start" "$@"
  fi
  case $(systemctl is-active -- "$1") in
    active | reloading) ;;
    activating) note "$1 is still starting" ;;
    *)
      came_to_nothing "$1" "ended as soon as it was started" "$@"
      ;;
  esac
  [ "$#" -gt 3 ] || return 0
  stays_up "$1" || came_to_nothing "$1" "does not stay up" "$@"
  shift 4
  for path; do rm -f -- "/var/lib/hearth/last$path"; done
}

# stays_up UNIT: eight seconds without a start of its own. Four such starts are too many: what a unit waits for may be late
# for one or two. A program that only waits to become the real one does not count as up.
stays_up() {
  starts=0 steady=0 seconds=0
  before=$(systemctl show -p NRestarts --value -- "$1")
  while [ "$steady" -lt 8 ] && [ "$seconds" -lt 150 ]; do
    sleep 1
    seconds=$((seconds + 1)) steady=$((steady + 1))
    now=$(systemctl show -p NRestarts --value -- "$1")
    if [ "$now" != "$before" ]; then
      before=$now starts=$((starts + 1)) steady=0
      [ "$starts" -lt 4 ] || return 1
    fi
    case $(readlink "/proc/$(systemctl show -p MainPID --value -- "$1")/exe" || :) in */dash | */bash) steady=0 ;; esac
  done
  case $(systemctl is-active -- "$1") in active | reloading) ;; *) return 1 ;; esac
}

# came_to_nothing UNIT WHAT UNIT enable|disable VERB [SETTINGS FILE...]: its own last words, and its files as they were
# when it last ran.
came_to_nothing() {
  show_unit "$1"
  [ "$#" -gt 5 ] || fail "$1 $2"
  unit=$1 what=$2 settings=$6 taken_back=
  shift 6
  for path; do
    [ -f "/var/lib/hearth/last$path" ] || continue
    cp -a -- "/var/lib/hearth/last$path" "$path.new"
    mv -T -- "$path.new" "$path"
    sum=$(sha256sum <"$path")
    record file "$path" "${sum%% *}"
    rm -f -- "/var/lib/hearth/last$path"
    taken_back=yes
  done
  [ -n "$taken_back" ] || fail "$unit $what with the settings of the inventory ($settings): take back the wrong one"
  systemctl daemon-reload
  systemctl reset-failed -- "$unit" 2>/dev/null || :
  if systemctl restart -- "$unit" && stays_up "$unit"; then
    fail "$unit $what with the settings of the inventory ($settings); it runs again as before: take back the wrong one"
  fi
  fail "$unit $what with the settings of the inventory ($settings), nor as it was before: take back the wrong one"
}

show_unit() {
  systemctl --no-pager -l -n 0 status -- "$1" || :
  journalctl --no-pager -q -o cat -n 20 -u "$1" || :
}

# unit_stopped NAME keep|disable
unit_stopped() {
  reload_units "$1"
  systemctl stop -- "$1"
  if [ "$2" = disable ]; then at_boot disable "$1"; fi
}

unit_masked() {
  at_boot mask "$1"
  systemctl stop -- "$1" 2>/dev/null || :
  record masked "$1"
}
