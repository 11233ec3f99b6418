# shellcheck shell=sh disable=SC2034,SC2154
# What every program of the virtual rack shares: places, names, messages. Sourced, never run.
# The caller has set `here` (the folder of these programs) and `lab` (the lab's name).

state_root=${HEARTH_LAB_STATE:-${XDG_STATE_HOME:-$HOME/.local/state}/hearth/labs}
cache=${HEARTH_LAB_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/hearth/lab}
state=$state_root/$lab
netns=hearth-$lab
netns_path=/run/netns/$netns

# Every lab has the same network: each lives in a network namespace of its own, so nothing clashes.
gateway=10.77.0.1
prefix=24
proxy_port=3142
plug=10.77.0.2 # answers like a smart plug
address_of() { echo "10.77.0.$((10 + $1))"; }   # argument: a host's index, from 1
host_address() { value "$state/hosts/$1/address" "$(address_of "$(cat "$state/hosts/$1/index")")"; } # one that moved has a file
gateway_of() { echo "${1%.*}.1"; } # of an address: every network of a lab is a /24
max_hosts=200

# Two lines that hearth turns into its error: what is wrong, what to do.
die() {
  printf 'error: %s\n' "$1" >&2
  [ -z "${2-}" ] || printf 'hint: %s\n' "$2" >&2
  exit 1
}

say() { printf '%s\n' "$*"; }

need_root() {
  [ "$(id -u)" = 0 ] || die "the virtual rack makes namespaces and mounts, which needs root" "run it with sudo"
}

# need_programs PROGRAM=PACKAGE...: one message for everything that is missing.
need_programs() {
  missing='' packages=''
  for pair; do
    command -v "${pair%%=*}" >/dev/null 2>&1 && continue
    missing="$missing ${pair%%=*}"
    case " $packages " in *" ${pair#*=} "*) ;; *) packages="$packages ${pair#*=}" ;; esac
  done
  [ -z "$missing" ] || die "programs are missing:$missing" "apt-get install --no-install-recommends$packages"
}

# One value per file; a missing file is the default.
value() { if [ -s "$1" ]; then cat "$1"; else echo "${2-}"; fi; }

hosts() { # every host's name, in order of their index
  for folder in "$state"/hosts/*/; do
    [ -e "$folder/index" ] && echo "$(cat "$folder/index") $(basename "$folder")"
  done | sort -n | cut -d' ' -f2
}

host_folder() {
  [ -e "$state/hosts/$1/index" ] || die "lab $lab has no host named $1" "hearth lab status shows its hosts"
  echo "$state/hosts/$1"
}

# What a host's networkd reads.
network_file() { # ADDRESS
  printf '[Match]\nName=eth0\n\n[Network]\nAddress=%s/%s\nGateway=%s\nLinkLocalAddressing=no\n' \
    "$1" "$prefix" "$(gateway_of "$1")"
}

in_network() { nsenter --net="$netns_path" -- "$@"; }
