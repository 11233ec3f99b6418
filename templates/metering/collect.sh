# Prints the oldest samples, at most as many as are asked for, each behind a line "=== file NAME". Their names sort by age.
left={{count}}
for file in /var/lib/hearth/samples/*.gz; do
  if [ ! -e "$file" ] || [ "$left" = 0 ]; then break; fi
  left=$((left - 1))
  echo "=== file ${file##*/}"
  # A broken file is handed over as far as it goes, so that it can be taken away.
  gzip -dc "$file" 2>/dev/null
  echo
done
