# Shows what a job that is still running, or has ended meanwhile, says; from its beginning.
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
job={{job}}
if [ ! -e "$job/result" ]; then
  printf '\n@%s done gone\n' {{nonce}}
  exit 0
fi
# The program holds the lock for as long as it works. tail looks once more after that has ended, however slow the host is.
flock -s /run/hearth/apply.lock true &
tail -n +1 -s 0.05 -f --pid=$! "$job/result"
