# Runs on a control-plane host: a pod writes into a new claim and is ended at once, another one reads it again.
# A line for each: label, "ok" or "failed", hundredths of a second, text; tabs between.
set -u
namespace={{namespace}} seconds={{seconds}}
{{{kube}}}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
printf '%s\n' {{writer}} >"$work/writer.json"
printf '%s\n' {{reader}} >"$work/reader.json"
uptime_hundredths() {
  read -r up _ </proc/uptime
  echo "${up%.*}${up#*.}"
}
begin=$(uptime_hundredths)
say() {
  printf '%s\t%s\t%s\t%s\n' "$1" "$2" "$(($(uptime_hundredths) - begin))" "$(printf '%s' "$3" | tr '\n\t\r\0' '    ')"
}
of() { kube -n "$namespace" get "$1" "$2" -o "jsonpath={$3}" 2>&1; }

# last_words OBJECT: what the cluster said of it last.
last_words() {
  kube -n "$namespace" get events --field-selector "involvedObject.name=$1" \
    -o 'jsonpath={range .items[*]}{.lastTimestamp}{"\t"}{.reason}: {.message}{"\n"}{end}' 2>/dev/null |
    sort | tail -n 1 | cut -f 2-
}

# until_is POD WORDS PATH: waits until a field of the pod is one of the words.
until_is() {
  while :; do
    seen=$(of pod "$1" "$3")
    for word in $2; do
      if [ "$seen" = "$word" ]; then return 0; fi
    done
    [ "$(($(uptime_hundredths) - begin))" -lt "$((seconds * 100))" ] || return 1
    sleep 0.3
  done
}

fail() {
  phase=$(of pvc storage .status.phase)
  words=$(last_words storage)
  [ "$phase" != Bound ] || words=$(last_words "$2")
  say "$1" failed "the claim is ${phase:-missing}, and the pod $2 did not run in $seconds s: ${words:-no event}"
  exit 0
}

said=$(kube create --validate=false -o name -f "$work/writer.json" 2>&1) || {
  say written failed "$said"
  exit 0
}
until_is storage-writer true '.status.containerStatuses[0].ready' || fail written storage-writer
say written ok "$(of pod storage-writer .spec.nodeName)"
said=$(kube -n "$namespace" delete pod storage-writer --force --grace-period=0 2>&1) || {
  say read failed "$said"
  exit 0
}
begin=$(uptime_hundredths)
said=$(kube create --validate=false -o name -f "$work/reader.json" 2>&1) || {
  say read failed "$said"
  exit 0
}
until_is storage-reader 'Succeeded Failed' .status.phase || fail read storage-reader
text=$(kube -n "$namespace" logs storage-reader 2>&1)
if [ "$seen" = Succeeded ]; then say read ok "$text"; else say read failed "${text:-the pod failed without a word}"; fi
