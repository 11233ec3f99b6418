#!/bin/sh
# wait.sh SECONDS FOLDER [ADDRESS HOST]...: returns when sshd's banner has come from every address and logins are allowed
# there: as on every Debian, sshd answers before that. Runs inside the lab's network. A host that is switched off is not
# waited for. FOLDER holds the hosts' folders.
set -eu
until=$(($(date +%s) + $1)) folder=$2
shift 2

give_up() {
  echo "$1"
  exit 1
}

# pam_nologin refuses everybody but root while this file is there; it comes early in a boot, before sshd.
lets_users_in() {
  read -r pid <"$folder/$1/init" 2>/dev/null || return 1
  [ -d "/proc/$pid/root/run" ] && [ ! -e "/proc/$pid/root/run/nologin" ]
}

while [ $# -gt 0 ]; do
  until [ "$(socat -T1 -u "TCP:$1:22,connect-timeout=0.5" - 2>/dev/null | head -c 4)" = SSH- ] && lets_users_in "$2"; do
    [ -e "$folder/$2/lock" ] || give_up "$2 was taken away"
    ! flock -n "$folder/$2/lock" true || give_up "$2 is off"
    [ "$(date +%s)" -lt "$until" ] || give_up "$2 does not answer SSH at $1"
    sleep 0.05
  done
  shift 2
done
