# Runs on a node: measures the same program as a native container and as WebAssembly, through containerd and alone, in a
# containerd namespace of its own that is removed at the end. Prints lines of metric, kind and value, separated by tabs; times
# in microseconds where nothing else is said, sizes in bytes.
set -u
cat >/run/hearth-bench <<'END_OF_BENCH'
set -u
ns=hearth-bench
work=$(mktemp -d /run/hearth-bench.XXXXXX)
# WRAPPER ENGINE SAMPLES ROUNDS SPIN DENSITY, then ROLE KIND REFERENCE ARCHIVE PROGRAM for each image.
wrapper=$1 engine=$2 samples=$3 rounds=$4 spin=$5 density=$6
shift 6
kinds=
declare -A image=() archive=() program=()
# HTTP services.
declare -A server=() parcel=() service=()
while [ $# -ge 5 ]; do
  case $1 in
    image)
      kinds="$kinds $2"
      image[$2]=$3 archive[$2]=$4 program[$2]=$5
      ;;
    server) server[$2]=$3 parcel[$2]=$4 service[$2]=$5 ;;
  esac
  shift 5
done
number=0

now() { printf -v "$1" '%s' "${EPOCHREALTIME/[.,]/}"; }
tell() { printf '%s\t%s\t%s\n' "$1" "$2" "$3"; }
# took METRIC KIND COMMAND...: how long it took, or that it failed.
took() {
  local metric=$1 kind=$2 begin end
  shift 2
  now begin
  if "$@" >/dev/null 2>"$work/error"; then
    now end
    tell "$metric" "$kind" $((end - begin))
  else
    tell error "$kind" "$metric: $(tail -n 1 "$work/error" | tr '\t' ' ')"
  fi
}
contain() { # KIND COMMAND...
  local kind=$1
  shift
  number=$((number + 1))
  ctr -n "$ns" run --rm --runtime io.containerd.runc.v2 --runc-binary "$wrapper" "${image[$kind]}" "bench-$$-$number" \
    "${program[$kind]}" "$@"
}
wasmtime() { "$engine/ld.so" --library-path "$engine" "$engine/wasmtime" "$@"; }
stop() {
  ctr -n "$ns" task ls -q | while read -r id; do ctr -n "$ns" task kill -s KILL "$id"; done
  sleep 1
  ctr -n "$ns" containers ls -q | while read -r id; do
    ctr -n "$ns" task delete -f "$id"
    ctr -n "$ns" containers delete "$id"
  done
} >/dev/null 2>&1
clean() {
  stop
  for kind in $kinds server; do ctr -n "$ns" images unmount --rm "$work/$kind"; done >/dev/null 2>&1
  ctr -n "$ns" images ls -q 2>/dev/null | while read -r name; do ctr -n "$ns" images rm --sync "$name"; done >/dev/null 2>&1
  ctr namespaces rm "$ns" >/dev/null 2>&1
  rm -rf "$work" /run/hearth-bench
}
trap clean EXIT

for kind in $kinds; do
  tell image "$kind" "$(stat -c %s "${archive[$kind]}")"
  for _ in 1 2 3; do
    ctr -n "$ns" images rm --sync "${image[$kind]}" >/dev/null 2>&1
    took unpack "$kind" ctr -n "$ns" images import "${archive[$kind]}"
  done
  mkdir -p "$work/$kind"
  ctr -n "$ns" images mount "${image[$kind]}" "$work/$kind" >/dev/null
done

# Whole containers, in turns, so that all of them meet the same moments.
for _ in $(seq "$rounds"); do
  for kind in $kinds; do
    took exit "$kind" contain "$kind" hello
    now begin
    contain "$kind" hello 2>/dev/null | { read -r -n 1 _; now end; tell byte "$kind" $((end - begin)); cat >/dev/null; }
  done
done

# The program alone.
for kind in module component; do
  [ -e "$work/$kind/app.wasm" ] || continue
  compiled=$("$wrapper" hearth compile "$work/$kind/app.wasm" | cut -d ' ' -f 2)
  for _ in $(seq "$rounds"); do
    took alone "$kind, compiled ahead" wasmtime run --allow-precompiled -C cache=n "$compiled" hello
    took alone "$kind, compiled at start" wasmtime run -C cache=n "$work/$kind/app.wasm" hello
  done
  for _ in 1 2 3 4 5; do
    took spin "$kind, compiled ahead" wasmtime run --allow-precompiled -C cache=n "$compiled" spin "$spin"
  done
done
if [ -x "$work/static/trial" ]; then
  for _ in $(seq "$rounds"); do took alone static "$work/static/trial" hello; done
  for _ in 1 2 3 4 5; do took spin static "$work/static/trial" spin "$spin"; done
fi

# Instances inside a running engine: a command that makes 900 of them against one that makes none, in turns; in nanoseconds.
declare -A many=()
for kind in none bare whole; do many[$kind]=$("$wrapper" hearth compile "$samples/instances-$kind.wasm" | cut -d ' ' -f 2); done
instances() { # TITLE KIND
  local start middle end
  for _ in $(seq $((rounds * 2))); do
    now start
    wasmtime run --allow-precompiled -C cache=n "${many[none]}" 2>"$work/error" || break
    now middle
    wasmtime run --allow-precompiled -C cache=n "${many[$2]}" 2>"$work/error" || break
    now end
    tell instance "$1" $(((end - middle - middle + start) * 1000 / 900))
  done
  [ ! -s "$work/error" ] || tell error "$1" "instance: $(tail -n 1 "$work/error" | tr '\t' ' ')"
}
if [ -n "${many[whole]}" ]; then
  instances "without memory" bare
  instances "with memory of its own" whole
fi

# HTTP: services as containers in the host's own network, and the engine alone with a new instance for each request and with
# one that stays; all at once, asked in turns.
client=
if [ -n "${server[static]:-}" ]; then
  mkdir "$work/server"
  ctr -n "$ns" images import "${parcel[static]}" >/dev/null
  ctr -n "$ns" images mount "${server[static]}" "$work/server" >/dev/null && client=$work/server${service[static]}
fi
ask() { # PORT CONNECTIONS REQUESTS
  if [ -n "$client" ]; then "$client" ask "$@"; else curl -s -o /dev/null "http://127.0.0.1:$1/?[1-$3]"; fi
}
declare -A port=() spent=()
# await TITLE PORT: a server takes part once it answers.
await() {
  for _ in $(seq 100); do
    if curl -s -o /dev/null "http://127.0.0.1:$2/"; then port[$1]=$2; return; fi
    sleep 0.05
  done
  tell error "$1" "HTTP: no answer at port $2: $(tail -n 1 "$work/error" | tr '\t' ' ')"
}
contained() { # KIND PORT WORD...
  local kind=$1 at=$2
  shift 2
  [ -n "${server[$kind]:-}" ] || return 0
  ctr -n "$ns" images import "${parcel[$kind]}" >/dev/null
  number=$((number + 1))
  ctr -n "$ns" run -d --net-host --env "WASMTIME_HTTP_PROXY_SOCKET_ADDR=127.0.0.1:$at" --runtime io.containerd.runc.v2 \
    --runc-binary "$wrapper" "${server[$kind]}" "bench-$$-$number" "${service[$kind]}" "$@" >/dev/null 2>"$work/error"
  await "$kind container" "$at"
}
contained static 18997 serve 18997
contained component 18996
web=$("$wrapper" hearth compile "$samples/web.wasm" | cut -d ' ' -f 2)
engines=()
alone() { # TITLE PORT OPTION...
  local title=$1 at=$2
  shift 2
  # Replaces its shell, so that the process that is ended is the server itself.
  (exec "$engine/ld.so" --library-path "$engine" "$engine/wasmtime" serve --allow-precompiled -C cache=n \
    --addr "127.0.0.1:$at" "$@" "$web") >/dev/null 2>"$work/error" &
  engines+=($!)
  await "$title" "$at"
}
fresh="component, a new instance each" kept="component, one instance for all"
if [ -n "$web" ]; then
  alone "$fresh" 18999 --max-instance-reuse-count 1
  # Unasked, wasmtime makes a new one for each request to a WASI 0.2 component.
  alone "$kept" 18998 --max-instance-reuse-count 1000000
fi
for _ in $(seq $((rounds * 2))); do
  for title in "${!port[@]}"; do
    now start
    ask "${port[$title]}" 1 1000 || { tell error "$title" "HTTP: an answer stayed away"; continue; }
    now end
    spent[$title]=$((end - start))
    tell request "$title" "${spent[$title]}"
    [ -n "$client" ] || continue
    now start
    ask "${port[$title]}" 8 4000 || { tell error "$title" "HTTP: an answer stayed away"; continue; }
    now end
    tell rate "$title" $((4000 * 1000000 / (end - start)))
  done
  # A thousand requests in microseconds are one in nanoseconds.
  [ -z "${spent[$fresh]:-}" ] || [ -z "${spent[$kept]:-}" ] || tell fresh "HTTP component" $((spent[$fresh] - spent[$kept]))
done
if [ "${#engines[@]}" -gt 0 ]; then
  kill "${engines[@]}"
  wait "${engines[@]}" 2>/dev/null
fi
stop

# Memory: many of each at once; each one's own share of it, and with the share of the shim that looks after it.
share() { # PROCESS...
  local each name size _
  for each; do
    while read -r name size _; do [ "$name" != Pss: ] || sum=$((sum + size * 1024)); done <"/proc/$each/smaps_rollup"
  done
}
for kind in $kinds; do
  for _ in $(seq "$density"); do
    number=$((number + 1))
    ctr -n "$ns" run -d --runtime io.containerd.runc.v2 --runc-binary "$wrapper" "${image[$kind]}" "bench-$$-$number" \
      "${program[$kind]}" sleep 600 >/dev/null 2>&1
  done
  sleep 2
  ctr -n "$ns" task ls | while read -r _ pid _; do
    case $pid in ''|PID) continue ;; esac
    sum=0
    # shellcheck disable=SC2046
    share "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null)
    tell memory "$kind" "$sum"
    share "$(cut -d ' ' -f 4 "/proc/$pid/stat")"
    tell whole "$kind" "$sum"
  done
  stop
done
END_OF_BENCH
exec bash /run/hearth-bench {{wrapper}} {{engine}} {{samples}} {{rounds}} {{spin}} {{density}} {{images}}
