#!/bin/sh
# Takes one sample and keeps it until it is collected, or until room or age say otherwise. A file appears whole or not at
# all; what a power cut leaves behind is swept away by the next run.
set -u
umask 077
spool=/var/lib/hearth/samples
mkdir -p "$spool"
rm -f "$spool"/*.part

# Age first, then size: the oldest go.
find "$spool" -name '*.gz' -mtime +{{keepDays}} -delete
while [ "$(du -sk "$spool" | cut -f1)" -gt {{keepKilobytes}} ]; do
  for oldest in "$spool"/*.gz; do break; done
  [ -e "$oldest" ] || break
  rm -f "$oldest"
done

part=$spool/$$.part
sh /usr/local/lib/hearth/sample | gzip -9 >"$part"
# A name that sorts by age, and that no clock that stepped back can give twice.
name=$(printf '%012d-%s' "$(date +%s)" "$$")
mv "$part" "$spool/$name.gz"
