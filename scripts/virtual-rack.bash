# shellcheck shell=bash
# What scripts that try things out on a virtual rack of their own share. Sourced; the caller has set `lab`, the rack's
# name, and may set `keep` to a word to leave it as it is in the end.
#   here    the project's folder          hearth  the program: $HEARTH, or the newest that was built
#   work    the folder everything is in; also the working folder, removed in the end unless something failed
# shellcheck disable=SC2034 # running, status and took are for the caller

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

# bring_up: the rack that hearth.yaml describes; the smoke test comes later.
bring_up() { "$hearth" up --yes --plain --skip-smoke >up.log 2>&1 || { tail -n 20 up.log >&2; exit 1; }; }

# begin FILE COMMAND...: a command of hearth in the background, its events in FILE; sets `running`.
begin() {
  local file=$1
  shift
  : >"$file"
  "$hearth" "$@" --output json >"$file" 2>"$file.err" </dev/null &
  running=$!
  background+=("$running")
}
# end: waits for it; sets `status`.
end() {
  status=0
  wait "$running" 2>/dev/null || status=$?
  unset 'background[-1]'
}
# changed FILE: how many resources that command changed. said FILE: what it complained of, six lines at most.
changed() { jq -r 'select(.event == "summary").summary.changed' "$1" 2>/dev/null | tail -n 1; }
said() { { complaints "$1" 2>/dev/null || :; cat "$1.err"; } | head -n 6; }
# last_step FILE: what it had begun last.
last_step() { jq -r 'select(.event == "step-started") | "\(.phase), \(.step) on \(.host)"' "$1" 2>/dev/null | tail -n 1; }

# serve: a program that answers on port 30080 of every node, and a Secret that holds a word.
serve() {
  on_lead create namespace load >/dev/null
  on_lead -n load create secret generic word --from-literal=word=xyzzy >/dev/null
  sed "s|IMAGE|$(smoke_image)|" "$here/scripts/load.yaml" | inside pi1 -- sh -c 'cat >/root/load.yaml'
  on_lead apply -f /root/load.yaml >/dev/null
  on_lead -n load rollout status deployment/web --timeout=180s >/dev/null
}
word() { on_lead -n load get secret word -o 'jsonpath={.data.word}' | base64 -d; }
still_rolls() {
  expect "a deployment still rolls" on_lead -n load rollout restart deployment/web >&2
  expect "and comes to its end" on_lead -n load rollout status deployment/web --timeout=180s >&2
}

# load COMMAND...: of scripts/load-client. begin_load ARGUMENT...: requests and writes until end_load.
load() { in_network "$here/scripts/load-client" "$@" --record record; }
begin_load() {
  # No function: what is killed in the end must be the client itself.
  ip netns exec "hearth-$lab" "$here/scripts/load-client" run "$@" --record record &
  client=$!
  background=("$client")
  sleep 5
}
end_load() {
  kill "$client"
  wait "$client" 2>/dev/null || :
  background=()
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
