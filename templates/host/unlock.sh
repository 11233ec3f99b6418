# Gives the host back, and removes what the run left behind, unless somebody else has taken it.
read -r run _ </run/hearth/lock || exit 0
if [ "$run" = {{run}} ]; then
  rm -rf /run/hearth/lock /run/hearth/jobs
  # What was sent and not yet put in its place is kept for the next run.
  {{#clean}}
  rm -rf /var/lib/hearth/staging
  {{/clean}}
fi
