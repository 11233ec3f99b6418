# Runs on a control-plane host while another host is cut off: asks each Service without pause, until it has failed and then
# answered for a while, or time is up. A line for each: label, "ok" or "failed", hundredths of a second from the first failed
# request to the last, and in words what happened; separated by tabs.
set -u
uptime_hundredths() {
  read -r up _ </proc/uptime
  echo "${up%.*}${up#*.}"
}

# watch LABEL ADDRESS
watch() {
  begin=$(uptime_hundredths)
  first='' last='' row=0 failed=0
  while [ "$(($(uptime_hundredths) - begin))" -lt {{patience}} ]; do
    now=$(uptime_hundredths)
    # shellcheck disable=SC2016 # expanded by bash
    answer=$(timeout 1 bash -c '
      exec 3<>"/dev/tcp/$1/80" || exit 1
      printf "GET / HTTP/1.0\r\nHost: %s\r\n\r\n" "$1" >&3
      cat <&3
    ' watch "$2" 2>/dev/null)
    case $answer in
      *"hello from"*)
        row=$((row + 1))
        [ -z "$first" ] || [ "$row" -lt 20 ] || break
        ;;
      *)
        row=0 failed=$((failed + 1)) last=$now
        [ -n "$first" ] || first=$now
        ;;
    esac
    sleep 0.1
  done
  if [ -z "$first" ]; then
    printf '%s\tok\t0\tno request failed\n' "$1"
  elif [ "$row" -lt 20 ]; then
    printf '%s\tfailed\t%s\tnot served again; %s requests failed\n' "$1" "$((last - first))" "$failed"
  else
    printf '%s\tok\t%s\t%s requests failed\n' "$1" "$((last - first))" "$failed"
  fi
}
{{#targets}}
watch {{label}} {{host}} &
{{/targets}}
wait
