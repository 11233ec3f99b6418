# The kernel's command line on a Pi. A mistake here makes a Pi that does not start, so: only the file that was looked
# at, a copy of it kept, the new one complete on the card before it takes the old one's name, and read back.

# edit_cmdline PATH SHA256-BEFORE SHA256-AFTER: new content in base64 on standard input.
edit_cmdline() {
  case $(sha256sum -- "$1") in
    "$2 "*) ;;
    *) fail "$1 has changed since it was looked at; run the command again" ;;
  esac
  if [ ! -e "$1.hearth-orig" ]; then
    cp -- "$1" "$1.hearth-orig"
    sync -- "$1.hearth-orig"
  fi
  cp -- "$1" "$1.hearth-last"
  sync -- "$1.hearth-last"
  record file "$1" "$3"
  base64 -d >"$1.hearth-new"
  sync -- "$1.hearth-new"
  mv -f -- "$1.hearth-new" "$1"
  parent "$1"
  sync -f -- "$parent"
  case $(sha256sum -- "$1") in
    "$3 "*) ;;
    *)
      cp -- "$1.hearth-last" "$1"
      sync -f -- "$parent"
      fail "$1 could not be written; the old one is back in its place"
      ;;
  esac
  rm -f -- "$1.hearth-last"
}

# want_restart PATH: the run goes on here after the restart. Never into a line that names no root file system.
want_restart() {
  line=
  IFS= read -r line <"$1" || :
  case " $line" in
    *' root='[!\ ]*) exit 194 ;;
    *) fail "$1 names no root file system now; the host is not restarted" ;;
  esac
}
