# put_hosts_block: hearth's lines of /etc/hosts on standard input; all other lines stay. A beginning without its end
# must not take the rest of the file with it.
put_hosts_block() {
  cat >"$job/hosts"
  new_file /etc/hosts
  if [ -e /etc/hosts ]; then
    if grep -qx '# hearth end' /etc/hosts; then
      sed '/^# hearth begin$/,/^# hearth end$/d' /etc/hosts >"$temporary"
    else
      sed '/^# hearth begin$/d' /etc/hosts >"$temporary"
    fi
    sed -i '/^# hearth end$/d' "$temporary"
    # A last line without its newline must not run into the block.
    if [ -n "$(tail -c 1 "$temporary")" ]; then echo >>"$temporary"; fi
    chmod --reference=/etc/hosts -- "$temporary"
    chown --reference=/etc/hosts -- "$temporary"
  else
    chmod 0644 "$temporary"
  fi
  {
    echo '# hearth begin'
    cat "$job/hosts"
    echo '# hearth end'
  } >>"$temporary"
  sync -- "$temporary"
  finish_file /etc/hosts -
}
