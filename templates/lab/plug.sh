#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# plug.sh LAB: the smart plug of a rack, at an address of the rack's network. It answers like a Shelly of the second
# generation (GET /rpc/Switch.GetStatus?id=0); its watts follow which hosts are on.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
lab=$1
. "$here/common.sh"
. "$here/cgroups.sh"

# Labs of an older hearth have a network without this address.
in_network ip -o address show dev br0 | grep -q " $plug/" || ip -n "$netns" address add "$plug/$prefix" dev br0
enter_outer_cgroup
setsid nsenter --net="$netns_path" -- \
  socat "TCP-LISTEN:80,bind=$plug,fork,reuseaddr,max-children=8" "SYSTEM:sh '$here/plug-answer.sh' $lab" \
  </dev/null >/dev/null 2>&1 9>&- &
