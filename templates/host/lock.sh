# Takes the host for this run, unless somebody else has it or has changed it meanwhile.
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
umask 077
mkdir -p /run/hearth /var/lib/hearth/staging
exec 9>/run/hearth/apply.lock
flock -w {{leftoverSeconds}} 9 || {
  echo busy
  exit 0
}
read -r boot </proc/sys/kernel/random/boot_id
read -r now _ </proc/uptime
since=$now
if [ -s /run/hearth/lock ]; then
  read -r run held_boot held_since beat rest </run/hearth/lock
  if [ "$run" = {{run}} ]; then
    since=$held_since
  elif [ "$run" != {{givenUp}} ] && [ "$held_boot" = "$boot" ] && [ $((${now%.*} - ${beat%.*})) -lt {{expirySeconds}} ]; then
    echo "held $now $run $held_boot $held_since $beat $rest"
    exit 0
  fi
fi
last=
if [ -r /var/lib/hearth/last-run ]; then read -r last </var/lib/hearth/last-run; fi
if [ "$last" != {{lastRun}} ] && [ "$last" != {{run}} ]; then
  echo "changed $last"
  exit 0
fi
printf '%s\n' {{run}}" $boot $since $now "{{owner}} >/run/hearth/lock.new
mv /run/hearth/lock.new /run/hearth/lock
echo taken
