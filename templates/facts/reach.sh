# Tries to open TCP connections to other hosts of the rack, all at once, and says how each went. It changes nothing.
# An answer that refuses is an answer: the way is free, and nothing listens there yet. Silence is a firewall's.
LC_ALL=C
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL PATH

# reach NAME ADDRESS PORT
reach() {
  status=0
  # shellcheck disable=SC2016 # for bash, which has connections as files
  words=$(timeout {{seconds}} bash -c 'exec 3<>"/dev/tcp/$0/$1"' "$2" "$3" 2>&1) || status=$?
  case $status:$words in
    0:*) state=open ;;
    124:*) state=silent ;;
    127:*) state=unknown ;;
    *refused*) state=closed ;;
    *) state=rejected ;;
  esac
  printf '@reach %s %s %s\n' "$1" "$3" "$state"
}

# The pipe ends when the last of them has spoken.
{
{{#targets}}
reach {{name}} {{address}} {{port}} &
{{/targets}}
} </dev/null | cat
