# Runs inside a test pod: asks the rolling Deployment's Service without pause until only new pods have answered for a
# while, or until time is up. Prints how often each payload came and what failed first.
set -u
old_payload={{oldPayload}} new_payload={{newPayload}}
old=0
new=0
failed=0
row=0
first=
read -r up _ </proc/uptime
end=$((${up%.*} + {{seconds}}))
while [ "$row" -lt 15 ]; do
  read -r up _ </proc/uptime
  [ "${up%.*}" -lt "$end" ] || break
  answer=$(timeout 3 wget -q -O - {{url}} 2>&1)
  case $answer in
    "hearth-smoke payload=$old_payload "*) old=$((old + 1)) row=0 ;;
    "hearth-smoke payload=$new_payload "*) new=$((new + 1)) row=$((row + 1)) ;;
    *)
      failed=$((failed + 1)) row=0
      [ -n "$first" ] || first=${answer:-no answer within 3 s}
      ;;
  esac
  [ "$old" -ne 1 ] || [ "$new" -ne 0 ] || echo "started"
  sleep 0.04
done
echo "old=$old new=$new failed=$failed"
echo "first=$(printf '%s' "$first" | tr '\n\t' '  ')"
