#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# plug-answer.sh LAB: one request to the smart plug, from standard input, and its answer.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
lab=$1
. "$here/common.sh"

# Milliwatts: a switch and a supply, and each host that is on, as a Raspberry Pi 4B without load.
around=6000
each=2700

read -r _ target _
while read -r header; do
  [ -n "$(printf %s "$header" | tr -d '\r')" ] || break
done

answer() { # STATUS BODY
  printf 'HTTP/1.1 %s\r\nContent-Type: application/json\r\nContent-Length: %s\r\nConnection: close\r\n\r\n%s' \
    "$1" "${#2}" "$2"
}

case $target in
"/rpc/Switch.GetStatus?id=0") ;;
/rpc/Switch.GetStatus*) answer '500 Internal Server Error' '{"code":-105,"message":"Argument '"'id'"', value not found!"}' && exit ;;
*) answer '404 Not Found' '{"code":404,"message":"No handler"}' && exit ;;
esac

power=$around
for host in $(hosts); do
  flock -n "$state/hosts/$host/lock" true || power=$((power + each))
done

# The counter, in milliwatt-seconds since the lab was made: what flows now is taken to have flowed since the last request.
exec 8>>"$state/plug"
flock 8
read -r now _ </proc/uptime
now=${now%%.*}
last=$now count=0
[ ! -s "$state/plug" ] || read -r last count <"$state/plug"
[ "$now" -ge "$last" ] || last=$now # the machine was restarted
count=$((count + power * (now - last)))
echo "$now $count" >"$state/plug"

thousandths() { printf '%d.%03d' $(($1 / 1000)) $(($1 % 1000)); }
body=$(printf '{"id":0,"source":"init","output":true,"apower":%s,"voltage":230.0,"freq":50.0,"current":%s,"aenergy":{"total":%s,"by_minute":[0.000,0.000,0.000],"minute_ts":%s},"temperature":{"tC":31.0,"tF":87.8}}' \
  "$(thousandths "$power")" "$(thousandths $((power / 230)))" "$(thousandths $((count / 3600)))" "$(date +%s)")
answer '200 OK' "$body"
