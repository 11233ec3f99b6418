# Shows what a job that is still running, or has ended meanwhile, says; from its beginning.
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
job={{job}}
if [ ! -e "$job/result" ]; then
  printf '\n@{{nonce}} done gone\n'
  exit 0
fi
tail -n +1 -s 0.05 -f "$job/result" &
tail=$!
# The program holds the lock for as long as it works.
exec 9</run/hearth/apply.lock
flock -s 9
exec 9<&-
sleep 0.2
kill "$tail"
