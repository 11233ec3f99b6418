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

# unit_running NAME enable|disable start|restart|reload|none
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
  if ! systemctl "$verb" -- "$1"; then
    show_unit "$1"
    fail "$1 does not start"
  fi
  case $(systemctl is-active -- "$1") in
    active | reloading) ;;
    activating) note "$1 is still starting" ;;
    *)
      show_unit "$1"
      fail "$1 ended as soon as it was started"
      ;;
  esac
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
