#!/bin/sh
# proxy-keeper.sh FOLDER: runs apt-cacher-ng as long as somebody holds a shared lock on FOLDER/users.lock.
set -eu
cd "$1"
apt-cacher-ng -c "$1/conf" >"$1/log/output" 2>&1 &
proxy=$!
exec 7<users.lock
flock -x 7
kill "$proxy" 2>/dev/null || :
wait "$proxy" || :
