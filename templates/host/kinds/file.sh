# Files, directories and links. Everything appears under its name complete, with its rights, and on the disk.

# What was there before hearth came is kept once, beside its place.
keep_original() {
  if [ -e "$1" ] || [ -L "$1" ]; then
    if ! recorded file "$1" && [ ! -e "$1.hearth-orig" ] && [ ! -L "$1.hearth-orig" ]; then
      cp -a -- "$1" "$1.hearth-orig.new"
      sync -- "$1.hearth-orig.new" 2>/dev/null || :
      mv -T -- "$1.hearth-orig.new" "$1.hearth-orig"
    fi
  fi
}

# Parent of a path, without a process.
parent() {
  parent=${1%/*}
  parent=${parent:-/}
}

# new_file PATH: a temporary file beside it, in $temporary. Those that a killed run left are removed.
new_file() {
  parent "$1"
  [ -d "$parent" ] || mkdir -p -- "$parent"
  base=${1##*/}
  rm -f -- "$parent/.$base.hearth-"??????
  temporary=$(mktemp -- "$parent/.$base.hearth-XXXXXX")
}

# The order matters when the power goes: original, manifest, and only then the new file.
finish_file() {
  keep_original "$1"
  record file "$1" "$2"
  mv -T -- "$temporary" "$1"
  sync -- "$parent"
  case $1 in
    /etc/systemd/system/* | /usr/lib/systemd/system/* | /lib/systemd/system/*) : >"$job/reload" ;;
  esac
}

# put_file PATH MODE OWNER SHA256: content in base64 on standard input.
put_file() {
  new_file "$1"
  base64 -d >"$temporary"
  chmod -- "$2" "$temporary"
  chown -- "$3" "$temporary"
  sync -- "$temporary"
  finish_file "$1" "$4"
}

# place_file STAGED PATH MODE OWNER SHA256: moves an uploaded file to its place.
place_file() {
  new_file "$2"
  mv -T -- "$1" "$temporary"
  chmod -- "$3" "$temporary"
  chown -- "$4" "$temporary"
  sync -- "$temporary"
  finish_file "$2" "$5"
}

# keep_last PATH: the file that its unit last ran with, until the unit has run with the next one.
keep_last() {
  if [ -f "$1" ] && [ ! -e "/var/lib/hearth/last$1" ]; then
    (umask 077 && mkdir -p -- "/var/lib/hearth/last${1%/*}")
    cp -a -- "$1" "/var/lib/hearth/last$1.new"
    mv -T -- "/var/lib/hearth/last$1.new" "/var/lib/hearth/last$1"
  fi
}

set_attributes() {
  chown -- "$3" "$1"
  chmod -- "$2" "$1"
}

make_directory() {
  [ -d "$1" ] || record directory "$1"
  mkdir -p -- "$1"
  set_attributes "$1" "$2" "$3"
}

put_symlink() {
  new_file "$1"
  rm -f -- "$temporary"
  ln -s -- "$2" "$temporary"
  finish_file "$1" -
}

remove_path() {
  if [ -f "$1" ] || [ -L "$1" ]; then keep_original "$1"; fi
  rm -rf --one-file-system -- "$1"
  record absent "$1"
}
