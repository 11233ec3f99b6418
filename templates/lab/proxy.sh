#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# proxy.sh LAB: apt inside a lab, which has no way out, reaches Debian's archive through apt-cacher-ng.
#
#   host -> 10.77.0.1:3142 in the lab's network namespace -> Unix socket in the lab's folder -> apt-cacher-ng
#
# One apt-cacher-ng serves all labs that share a cache. Each lab's part holds a shared lock as long as it lives; a keeper
# waits for the exclusive lock and then ends apt-cacher-ng: it goes with the last lab, however that lab ended.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
lab=$1
. "$here/common.sh"
. "$here/cgroups.sh"

apt=$cache/apt
# A loopback address made from the cache's path, so that caches do not meet each other nor a system-wide proxy.
number=$(printf %s "$apt" | cksum | cut -d' ' -f1)
address=127.77.$((number / 254 % 254 + 1)).$((number % 254 + 1))
port=3177

answers() { socat -u OPEN:/dev/null "TCP:$address:$port,connect-timeout=1" 2>/dev/null; }

write_configuration() {
  upstream=''
  eval "$(apt-config shell upstream Acquire::http::Proxy)"
  {
    echo "CacheDir: $apt/cache"
    echo "LogDir: $apt/log"
    echo "SupportDir: /usr/lib/apt-cacher-ng"
    echo "BindAddress: $address"
    echo "Port: $port"
    echo "SocketPath: $apt/unused-socket"
    echo "PidFile: $apt/pid"
    echo "ForeGround: 1"
    echo "AllowUserPorts: 0"
    # Index files younger than this are not asked for again: several hosts update at the same moment.
    echo "FreshIndexMaxAge: 600"
    [ -z "$upstream" ] || echo "Proxy: $upstream"
  } >"$apt/conf/acng.conf"
}

serve() {
  mkdir -p "$apt/conf" "$apt/cache" "$apt/log"
  : >>"$apt/users.lock"
  exec 7<"$apt/users.lock"
  flock -s 7
  exec 6>"$apt/start.lock"
  flock -x 6
  if ! answers; then
    write_configuration
    # It may outlive this lab, and so must its program.
    cp "$here/proxy-keeper.sh" "$apt/keeper.sh"
    setsid sh "$apt/keeper.sh" "$apt" </dev/null >/dev/null 2>&1 6>&- 7<&- 9>&- &
    tries=0
    until answers; do
      tries=$((tries + 1))
      [ "$tries" -lt 200 ] || die "the apt proxy does not start: $(tail -n 1 "$apt/log/output")" "see $apt/log"
      sleep 0.05
    done
  fi
  exec 6>&-
  enter_outer_cgroup
  cd "$state" # a Unix socket's path may not be long
  setsid socat UNIX-LISTEN:apt.socket,fork,unlink-early "TCP:$address:$port" </dev/null >/dev/null 2>&1 9>&- &
  setsid nsenter --net="$netns_path" -- \
    socat "TCP-LISTEN:$proxy_port,bind=$gateway,fork,reuseaddr" UNIX-CONNECT:apt.socket </dev/null >/dev/null 2>&1 9>&- &
}

serve
