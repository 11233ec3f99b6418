# Observes in one go all that hearth manages on this host; changes nothing. Every section goes out between two marks
# that carry a random word, so nothing that a file or a program says can be taken for one. One process per kind of
# thing, never one per thing.
LC_ALL=C
QUOTING_STYLE=literal
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export LC_ALL QUOTING_STYLE PATH

begin() { printf '\n@%s begin %s\n' {{nonce}} "$1"; }
end() { printf '\n@%s end %s\n' {{nonce}} "$1"; }

# A program of an earlier run may still be at work: wait for it, so that what is seen is what it left. The lock is
# shared, so observers do not wait for one another. Where no run has left a job there is nothing to wait for.
if [ -e /run/hearth/jobs ] && [ -e /run/hearth/apply.lock ]; then
  exec 9</run/hearth/apply.lock
  if ! flock -s -n 9; then
    begin busy
    read -r uptime _ </proc/uptime
    echo "$uptime"
    cat /run/hearth/lock 2>/dev/null
    end 0
    if ! flock -s -w {{leftoverSeconds}} 9; then
      begin stuck
      end 1
      exit 0
    fi
    begin ended
    grep -ahs '^@[a-z0-9]* done ' /run/hearth/jobs/*/result
    end 0
  fi
fi

begin host
read -r boot </proc/sys/kernel/random/boot_id
read -r uptime _ </proc/uptime
echo "$boot $uptime"
end 0
if [ -r /run/hearth/lock ]; then
  read -r line </run/hearth/lock
  begin lock
  printf '%s\n' "$line"
  end 0
fi
if [ -r /var/lib/hearth/last-run ]; then
  read -r line </var/lib/hearth/last-run
  begin last-run
  printf '%s\n' "$line"
  end 0
fi
{{#stats}}
begin stat
stat -c '%f %u:%g %U:%G %s %.9Y %N' -- {{words}} 2>/dev/null
end 0
{{/stats}}
{{#sums}}
# Of files that differ from what is wanted, and may be shown, the content goes out as well.
nl='
'
sums="$nl$(sha256sum -- {{words}} 2>/dev/null)$nl"
begin sums
printf '%s' "$sums"
end 0
show() {
  if [ -f "$1" ]; then
    begin "content $1"
    head -c {{shownBytes}} -- "$1"
    end "$?"
  fi
}
{{#shown}}
case $sums in *"$nl"{{line}}"$nl"*) ;; *) show {{path}} ;; esac
{{/shown}}
{{/sums}}
{{#large}}
# Large files: openssl uses the processor's own instructions, which sha256sum of coreutils does not.
begin large-sums
if command -v openssl >/dev/null; then
  openssl dgst -sha256 -r {{words}} 2>/dev/null
else
  sha256sum -b -- {{words}} 2>/dev/null
fi
end 0
{{/large}}
{{#texts}}
if [ -f {{path}} ]; then
  begin {{begin}}
  cat -- {{path}}
  end "$?"
fi
{{/texts}}
{{#values}}
begin values
grep -aH '' -- {{words}} 2>/dev/null
end 0
{{/values}}
{{#packages}}
# Of each package the first lines in dpkg's own file. dpkg-query takes three times as long, but knows what a dpkg that
# was cut off had not yet written there.
begin packages
set -- /var/lib/dpkg/updates/*
if [ -e "$1" ]; then
  dpkg-query -W -f 'Package: ${Package}\nStatus: ${Status}\nVersion: ${Version}\n' -- {{names}} 2>/dev/null
else
  grep -aE -A14 -- {{pattern}} /var/lib/dpkg/status 2>/dev/null
fi
end 0
{{/packages}}
{{#units}}
begin units
if [ -d /run/systemd/system ]; then
  systemctl show --property=Id,Names,LoadState,ActiveState,UnitFileState,ActiveEnterTimestampMonotonic,StateChangeTimestampMonotonic,NeedDaemonReload -- {{words}}
  end "$?"
{{#clock}}
  # Uptime first: what passes until the clock is read makes units look younger, never older, than they are.
  read -r uptime _ </proc/uptime
  begin clock
  date +"$uptime %s.%N"
  end 0
{{/clock}}
else
  end 127
fi
{{/units}}
{{#users}}
begin users
getent passwd -- {{words}}
end 0
{{/users}}
{{#modules}}
# A part of the kernel that is built in may leave no trace in /sys/module: then it shows by what it brings.
begin modules
module() {
  if [ -d "/sys/module/$1" ] || [ -e "$2" ]; then
    echo "$1"
  elif grep -qsw -- "$1" /proc/filesystems; then
    echo "$1"
  else
    read -r release </proc/sys/kernel/osrelease
    grep -qs -- "/$3\\.ko" "/lib/modules/$release/modules.builtin" && echo "$1"
  fi
}
{{#list}}
module {{name}} {{evidence}} {{pattern}}
{{/list}}
end 0
{{/modules}}
{{#sysctlFiles}}
# Files by name, and their lines as "path:line:text".
begin sysctl-files
for path in /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf; do
  if [ -e "$path" ] || [ -L "$path" ]; then printf '%s\n' "$path"; fi
done
grep -aHnsE '^[[:space:]]*-?[[:space:]]*(net|fs|kernel|vm)[./][^=#;]*=|^[[:space:]]*-[[:space:]]*(net|fs|kernel|vm)[./]' \
  /etc/sysctl.d/*.conf /run/sysctl.d/*.conf /usr/local/lib/sysctl.d/*.conf /usr/lib/sysctl.d/*.conf
end 0
{{/sysctlFiles}}
{{#swap}}
begin swaps
tail -n +2 /proc/swaps 2>/dev/null
end 0
begin fstab
grep -aE '^[[:space:]]*[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap([[:space:]]|$)' /etc/fstab 2>/dev/null
end 0
begin swap-providers
for path in /etc/systemd/system/*.swap; do
  if [ -f "$path" ] && [ ! -L "$path" ]; then echo "unit ${path##*/}"; fi
done
for unit in dphys-swapfile zramswap; do
  for path in /etc/systemd/system/*.wants/"$unit.service"; do
    if [ -L "$path" ]; then echo "service $unit.service"; fi
  done
done
# zram-generator: a file of ours that sets no device overrules the one that the system brings.
for folder in /etc /run /usr/local/lib /usr/lib; do
  path=$folder/systemd/zram-generator.conf
  if [ -s "$path" ] && [ ! -L /etc/systemd/zram-generator.conf ]; then echo "zram-generator $path"; fi
  # Additions count on their own, also where the file itself is overruled.
  for path in "$folder"/systemd/zram-generator.conf.d/*.conf; do
    if [ -s "$path" ] && [ ! -L "/etc/systemd/zram-generator.conf.d/${path##*/}" ]; then echo "zram-generator $path"; fi
  done
done
if [ -e /usr/lib/systemd/system-generators/rpi-swap-generator ] &&
  ! grep -qs '^Mechanism=none' /etc/rpi/swap.conf.d/zz-hearth.conf; then
  echo 'rpi-swap /etc/rpi/swap.conf'
fi
end 0
{{/swap}}
{{#probes}}
begin {{begin}}
(
  exec 9<&- </dev/null 2>/dev/null
  eval {{script}}
)
end "$?"
{{/probes}}
begin complete
end 0
