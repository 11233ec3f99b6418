# Gives the host back, and removes what the run left behind, unless somebody else has taken it.
read -r run _ </run/hearth/lock || exit 0
if [ "$run" = {{run}} ]; then
  rm -f /run/hearth/lock
  # A job that was given up may still be at work; its folder says so to whoever observes next.
  exec 9>/run/hearth/apply.lock
  if flock -n 9; then rm -rf /run/hearth/jobs; fi
  # What was sent and not yet put in its place is kept for the next run.
  {{#clean}}
  rm -rf /var/lib/hearth/staging
  {{/clean}}
fi
