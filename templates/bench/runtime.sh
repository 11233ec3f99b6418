# Runs on a node: measures the same program as a native container and as WebAssembly, through containerd and alone, in a
# containerd namespace of its own that is removed at the end. Prints lines of metric, kind and value, separated by tabs; times
# in microseconds, sizes in bytes.
set -u
cat >/run/hearth-bench <<'END_OF_BENCH'
set -u
ns=hearth-bench
work=$(mktemp -d /run/hearth-bench.XXXXXX)
wrapper={{wrapper}}
engine={{engine}}
rounds={{rounds}}
kinds="{{kinds}}"
declare -A image=({{#images}}[{{kind}}]={{reference}} {{/images}}) archive=({{#images}}[{{kind}}]={{archive}} {{/images}})
declare -A program=({{#images}}[{{kind}}]={{program}} {{/images}})
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
clean() {
  ctr -n "$ns" task ls -q 2>/dev/null | while read -r id; do ctr -n "$ns" task kill -s KILL "$id"; done >/dev/null 2>&1
  sleep 0.5
  ctr -n "$ns" containers ls -q 2>/dev/null | while read -r id; do
    ctr -n "$ns" task delete -f "$id"
    ctr -n "$ns" containers delete "$id"
  done >/dev/null 2>&1
  for kind in $kinds; do ctr -n "$ns" images unmount --rm "$work/$kind"; done >/dev/null 2>&1
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
    took spin "$kind, compiled ahead" wasmtime run --allow-precompiled -C cache=n "$compiled" spin {{spin}}
  done
done
if [ -x "$work/static/trial" ]; then
  for _ in $(seq "$rounds"); do took alone static "$work/static/trial" hello; done
  for _ in 1 2 3 4 5; do took spin static "$work/static/trial" spin {{spin}}; done
fi

# A new instance for each request against one that stays: the difference is an instantiation.
web=$("$wrapper" hearth compile "{{web}}" | cut -d ' ' -f 2)
serve() { # KIND OPTION...
  local kind=$1 begin end
  shift
  # Replaces its shell, so that the process that is ended is the server itself.
  (exec "$engine/ld.so" --library-path "$engine" "$engine/wasmtime" serve --allow-precompiled -C cache=n \
    --addr 127.0.0.1:18999 "$@" "$web") >/dev/null 2>&1 &
  local server=$!
  for _ in $(seq 100); do curl -s -o /dev/null http://127.0.0.1:18999/ && break; sleep 0.05; done
  for _ in 1 2 3 4 5; do
    now begin
    curl -s -o /dev/null 'http://127.0.0.1:18999/?[1-2000]' && now end && tell request "$kind" $(((end - begin) / 2))
  done
  kill "$server"
  wait "$server" 2>/dev/null
}
if [ -n "$web" ]; then
  serve "a new instance each" --max-instance-reuse-count 1
  serve "one instance for all"
fi

# Memory: eight of each, their own share of it.
for kind in $kinds; do
  for _ in 1 2 3 4 5 6 7 8; do
    number=$((number + 1))
    ctr -n "$ns" run -d --runtime io.containerd.runc.v2 --runc-binary "$wrapper" "${image[$kind]}" "bench-$$-$number" \
      "${program[$kind]}" sleep 600 >/dev/null 2>&1
  done
  sleep 1
  ctr -n "$ns" task ls | while read -r _ pid _; do
    case $pid in ''|PID) continue ;; esac
    sum=0
    for each in "$pid" $(cat "/proc/$pid/task/$pid/children" 2>/dev/null); do
      while read -r name size _; do [ "$name" != Pss: ] || sum=$((sum + size * 1024)); done <"/proc/$each/smaps_rollup"
    done
    tell memory "$kind" "$sum"
  done
  ctr -n "$ns" task ls -q | while read -r id; do ctr -n "$ns" task kill -s KILL "$id"; done
  sleep 0.5
  ctr -n "$ns" containers ls -q | while read -r id; do
    ctr -n "$ns" task delete -f "$id" >/dev/null 2>&1
    ctr -n "$ns" containers delete "$id"
  done
done
END_OF_BENCH
exec bash /run/hearth-bench
