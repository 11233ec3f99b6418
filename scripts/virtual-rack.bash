# shellcheck shell=bash
# What scripts that try things out on a virtual rack of their own share. Sourced; the caller has set `lab`, the rack's
# name, and may set `keep` to a word to leave it as it is in the end.
#   here    the project's folder          hearth  the program: $HEARTH, or the newest that was built
#   work    the folder everything is in; also the working folder, removed in the end unless something failed

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab=${lab:?} keep=${keep:-}
[ "$(id -u)" = 0 ] || { echo "the virtual rack needs root: sudo -E $0" >&2; exit 1; }
hearth=${HEARTH:-}
if [ -z "$hearth" ]; then
  for path in "$here/.build/release/hearth" "$here/.build/debug/hearth"; do
    if [ -x "$path" ] && [ "$path" -nt "${hearth:-/dev/null}" ]; then hearth=$path; fi
  done
fi
[ -n "$hearth" ] || { echo "build hearth first: swift build -c release --product hearth" >&2; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/hearth-$lab-XXXXXX")
# shellcheck disable=SC2034 # read by hearth
export XDG_STATE_HOME=$work/state KUBECONFIG=$work/kubeconfig NO_COLOR=1
cd "$work" || exit 1
# What is still at work then, by process id.
background=()

take_away() {
  local status=$? process
  for process in "${background[@]}"; do kill -9 "$process" 2>/dev/null || :; done
  if [ -n "$keep" ]; then
    echo "the rack $lab stays (export XDG_STATE_HOME=$XDG_STATE_HOME); its folder is $work" >&2
    return
  fi
  "$hearth" lab down --name "$lab" >/dev/null 2>&1 || :
  if [ "$status" = 0 ]; then rm -rf "$work"; else echo "what was seen until then is in $work" >&2; fi
}
trap take_away EXIT
trap 'exit 130' INT TERM HUP

now() { date +%s.%N; }
since() { awk "BEGIN { printf \"%.1f\", $(now) - $1 }"; }
log() { printf '\n== %s\n' "$*" >&2; }
# inside HOST -- COMMAND...: as root, past the network; in_network COMMAND...: a program of this machine in the rack's.
inside() { "$hearth" lab exec --name "$lab" "$@"; }
in_network() { ip netns exec "hearth-$lab" "$@"; }
on_lead() { inside pi1 -- kubectl --kubeconfig=/etc/kubernetes/admin.conf "$@"; }
all_hosts() { sed -n 's,^  - name: ,,p' hearth.yaml; }
failures=0
expect() { # WORDS COMMAND...
  local words=$1
  shift
  if "$@"; then echo "  ✓ $words" >&2; else
    echo "  ✗ $words" >&2
    failures=$((failures + 1))
  fi
}
expect_not() { expect "$1" eval "! ${*:2} >/dev/null 2>&1"; }
# The reference of the smoke test's image, which every host has.
smoke_image() { inside pi1 -- sed -n 's,^\([^ ]*/smoke:[^ ]*\) .*,\1,p' /etc/hearth/images | head -n 1; }

# What a run with --output json complained of, one a line: host, message, and behind a tab what to do.
complaints() {
  jq -r '(select(.event == "note" and .level == "warning") | "\(.host // "rack"): \(.text)"),
    (select(.event == "failure").error | "\(.subject.host // "rack"): \(.message)\(if .cause then " (\(.cause))" else "" end)" +
      (if .hint then "\t\(.hint)" else "" end))' "$1"
}

# two_releases: for upgrades, a folder like the virtual rack's that also holds a second patch of the same release, made of
# the same programs. Sets old and new, and makes `hearth lab up` take them.
# shellcheck disable=SC2034 # new is for the caller
two_releases() {
  local folder=${HEARTH_ARTIFACTS:-${XDG_CACHE_HOME:-$HOME/.cache}/hearth/virtual-rack}
  old=${HEARTH_KUBERNETES:-v1.20.2} new=${old%?}9
  [ "$new" != "$old" ] || new=${old%?}8
  "$here/scripts/relabel-kubernetes" "$folder" "$work/artifacts" "$old" "$new"
  export HEARTH_ARTIFACTS=$work/artifacts HEARTH_KUBERNETES=$old
}
