# Runs on a host, outside all pods: every Service by its ClusterIP, all at once.
# A line for each: label, "ok" or "failed", hundredths of a second, what came back; separated by tabs.
set -u
nonce={{nonce}}
{{{fetch}}}
uptime_hundredths() {
  read -r up _ </proc/uptime
  echo "${up%.*}${up#*.}"
}

# ask LABEL ADDRESS
ask() {
  start=$(uptime_hundredths)
  while :; do
    if answer=$(fetch "$2" 80 "$nonce.$1" 2>&1); then
      state=ok
      break
    fi
    state=failed
    [ "$(($(uptime_hundredths) - start))" -lt {{patience}} ] || break
    sleep 0.2
  done
  answer=$(printf '%s' "${answer:-no answer from $2 within 3 s}" | tr '\n\t\r' '   ')
  printf '%s\t%s\t%s\t%s\n' "$1" "$state" "$(($(uptime_hundredths) - start))" "$answer"
}

{{#targets}}
ask {{label}} {{host}} &
{{/targets}}
wait
