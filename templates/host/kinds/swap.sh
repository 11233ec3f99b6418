# No swap: what brings it at boot goes first, then what is in use.
swap_off() {
  # Raspberry Pi OS 13.
  if [ -e /usr/lib/systemd/system-generators/rpi-swap-generator ]; then
    printf '[Main]\nMechanism=none\n' | base64 | put_file /etc/rpi/swap.conf.d/zz-hearth.conf 0644 root:root -
    : >"$job/reload"
  fi
  # zram-generator makes no device when its configuration is empty.
  for folder in /etc /run /usr/local/lib /usr/lib; do
    path=$folder/systemd/zram-generator.conf
    if [ -s "$path" ] && [ ! -L /etc/systemd/zram-generator.conf ]; then
      put_symlink /etc/systemd/zram-generator.conf /dev/null
      : >"$job/reload"
    fi
    for path in "$folder"/systemd/zram-generator.conf.d/*.conf; do
      if [ -s "$path" ] && [ ! -L "/etc/systemd/zram-generator.conf.d/${path##*/}" ]; then
        put_symlink "/etc/systemd/zram-generator.conf.d/${path##*/}" /dev/null
        : >"$job/reload"
      fi
    done
  done
  for path in /etc/systemd/system/*.swap; do
    if [ -f "$path" ] && [ ! -L "$path" ]; then
      mv -T -- "$path" "$path.hearth-orig"
      : >"$job/reload"
    fi
  done
  if grep -aEqs '^[[:space:]]*[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap([[:space:]]|$)' /etc/fstab; then
    new_file /etc/fstab
    sed -E 's/^([[:space:]]*[^#[:space:]]+[[:space:]]+[^[:space:]]+[[:space:]]+swap([[:space:]].*)?)$/# \1/' \
      /etc/fstab >"$temporary"
    chmod --reference=/etc/fstab -- "$temporary"
    chown --reference=/etc/fstab -- "$temporary"
    sync -- "$temporary"
    finish_file /etc/fstab -
    : >"$job/reload"
  fi
  if [ -d /run/systemd/system ]; then
    for unit in dphys-swapfile zramswap; do
      for path in /etc/systemd/system/*.wants/"$unit.service"; do
        if [ -L "$path" ]; then systemctl -q disable --now "$unit.service"; fi
      done
    done
    # Units that a generator makes (a swap partition of a GPT disk, zram) come again at boot unless they are masked.
    for unit in $(systemctl list-units --type=swap --state=active --plain --no-legend | cut -d ' ' -f 1); do
      systemctl -q mask --now -- "$unit" || :
      record masked "$unit"
    done
    if [ -e "$job/reload" ]; then
      rm -f "$job/reload"
      systemctl daemon-reload
    fi
  fi
  swapoff -a
  if [ "$(wc -l </proc/swaps)" -gt 1 ]; then
    cat /proc/swaps
    fail "swap is still in use"
  fi
  record swap off
}
