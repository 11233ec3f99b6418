# Takes an apply program from standard input and starts it apart from this connection, then shows what it says until it
# ends. Nothing starts unless the program came whole, and no two programs ever work at once.
LC_ALL=C
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH
umask 077
trap '' HUP
job={{job}}
mkdir -p /run/hearth /var/lib/hearth/staging
exec 9>/run/hearth/apply.lock
if ! flock -n 9; then
  printf '\n@%s note waiting for a program of an earlier run\n' {{nonce}}
  if ! flock -w {{leftoverSeconds}} 9; then
    printf '\n@%s done busy\n' {{nonce}}
    exit 0
  fi
fi
# Earlier jobs have ended, or this lock would not be ours.
rm -rf /run/hearth/jobs
mkdir -p "$job"
cat >"$job/apply.sh"
if [ "$(wc -c <"$job/apply.sh")" -ne {{bytes}} ]; then
  rm -rf "$job"
  printf '\n@%s done incomplete\n' {{nonce}}
  exit 0
fi
: >"$job/result"
setsid sh "$job/apply.sh" </dev/null >>"$job/result" 2>&1 &
pid=$!
exec 9>&-
# Not exec: this shell must stay to collect the ended program, or tail would take it for a living one.
tail -n +1 -s 0.02 --pid="$pid" -f "$job/result"
