# Runs on the host of a WebAssembly pod: what its processes are, by the host's own /proc, what its containers said, and
# what its HTTP service answers. A line for each: label, "ok" or "failed", hundredths of a second, text; tabs between.
set -u
pod={{pod}} namespace={{namespace}}
uptime_hundredths() {
  read -r up _ </proc/uptime
  echo "${up%.*}${up#*.}"
}
say() { printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$3" "$(printf '%s' "$4" | tr '\n\t\r\0' '    ')"; }

# container NAME: its id and its first process.
container() {
  filter="labels.\"io.kubernetes.pod.name\"==$pod,labels.\"io.kubernetes.pod.namespace\"==$namespace"
  filter="$filter,labels.\"io.kubernetes.container.name\"==$1"
  id=$(ctr -n k8s.io containers ls -q "$filter" | head -n 1)
  [ -n "$id" ] || return 1
  process=$(ctr -n k8s.io tasks ls | while read -r task pid _; do [ "$task" != "$id" ] || echo "$pid"; done)
  [ -n "$process" ]
}

for name in module component native web; do
  if container "$name"; then
    # Process 1 of the container and what it started. A command line can say anything; what is mapped is what runs.
    words=$(for each in "$process" $(cat "/proc/$process/task/$process/children" 2>/dev/null); do
      readlink "/proc/$each/exe"
      tr '\0' ' ' <"/proc/$each/cmdline"
      sed -n 's|.* r-xp .* \(/.*/wasmtime\)$| mapped:\1 |p' "/proc/$each/maps" | head -n 1
    done)
    say "process.$name" ok 0 "$words"
  else
    say "process.$name" failed 0 "containerd has no running container $name of this pod"
  fi
  log=$(cat /var/log/pods/"${namespace}_$pod"_*/"$name"/*.log 2>/dev/null | tail -n 3)
  say "log.$name" ok 0 "$log"
done

# ask LABEL ADDRESS PORT
ask() {
  start=$(uptime_hundredths)
  while :; do
    # shellcheck disable=SC2016 # expanded by bash
    answer=$(timeout 3 bash -c '
      exec 3<>"/dev/tcp/$1/$2" || exit 1
      printf "GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" "$1" >&3
      cat <&3
    ' ask "$2" "$3" 2>&1)
    case $answer in
      *"hello from embedded swift over http"*)
        state=ok
        break
        ;;
    esac
    state=failed
    [ "$(($(uptime_hundredths) - start))" -lt {{patience}} ] || break
    sleep 0.2
  done
  say "$1" "$state" "$(($(uptime_hundredths) - start))" "${answer:-no answer from $2 within 3 s}"
}
ask pod {{address}} 8080
ask service {{service}} 80
