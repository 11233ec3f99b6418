# Runs inside a test pod: every request at once, each tried until it is answered or patience ends.
# A line for each: label, "ok" or "failed", hundredths of a second, what came back; separated by tabs.
set -u
nonce={{nonce}} api={{apiAddress}}

uptime_hundredths() {
  read -r up _ </proc/uptime
  echo "${up%.*}${up#*.}"
}

# one_line: standard input with tabs and line ends as spaces, so that it fits into a field.
one_line() { tr '\n\t\r' '   '; }

# ask LABEL COMMAND...
ask() {
  label=$1
  shift
  start=$(uptime_hundredths)
  while :; do
    if answer=$("$@" 2>&1); then
      state=ok
      break
    fi
    state=failed
    [ "$(($(uptime_hundredths) - start))" -lt {{patience}} ] || break
    sleep 0.2
  done
  printf '%s\t%s\t%s\t%s\n' "$label" "$state" "$(($(uptime_hundredths) - start))" "$(printf '%s' "$answer" | one_line)"
}

# fetch HOST LABEL. Not with `wget -T`: Debian 12's busybox crashes when it has to resolve a name then.
fetch() {
  timeout 3 wget -q -O - "http://$1/cgi-bin/hearth?$nonce.$2"
  status=$?
  # The status of a command that its time limit has ended.
  [ "$status" -ne 143 ] || echo "no answer from $1 within 3 s"
  return "$status"
}

# The API server is verified by the cluster's authority, as every program in a pod should do it.
read_payload() {
  answer=$(
    printf 'GET %s HTTP/1.0\r\nHost: kubernetes.default\r\nAuthorization: Bearer %s\r\n\r\n' \
      {{payloadPath}} "$(cat /hearth/token/token)" |
      timeout 4 openssl s_client -quiet -verify_return_error -CAfile /hearth/token/ca.crt \
        -verify_ip "$api" -connect "$api:443" 2>&1
  )
  printf '%s' "${answer:-no answer from $api within 4 s}"
  case $answer in *' 200 OK'*) ;; *) return 1 ;; esac
}

printf 'exec\tok\t0\t%s\n' "$nonce"
{{#targets}}
ask {{label}} fetch {{host}} {{label}} &
{{/targets}}
ask api read_payload &
wait
