# hosts_marks FILE: a sed program that takes hearth's blocks out, whatever line ends they have. A beginning without its end
# must not take the rest of the file with it, nor an end the lines before it.
hosts_marks() {
  open=
  grep -an "^# hearth \\(begin\\|end\\)$carriage_return*\$" "$1" | while IFS=: read -r number mark; do
    case $mark in
      *begin*)
        [ -z "$open" ] || echo "${open}d"
        open=$number
        ;;
      *)
        echo "${open:+$open,}${number}d"
        open=
        ;;
    esac
    echo "open=$open" >"$job/hosts-open"
  done
  if [ -s "$job/hosts-open" ]; then
    IFS="=" read -r _ open <"$job/hosts-open"
    [ -z "$open" ] || echo "${open}d"
  fi
  rm -f "$job/hosts-open"
}

# put_hosts_block FILE: hearth's lines on standard input; all other lines stay as they are.
put_hosts_block() {
  carriage_return=$(printf '\r')
  cat >"$job/hosts"
  new_file "$1"
  if [ -e "$1" ]; then
    hosts_marks "$1" >"$job/hosts-marks"
    sed -f "$job/hosts-marks" -- "$1" >"$temporary"
    # A last line without its newline must not run into the block.
    if [ -s "$temporary" ] && [ "$(tail -c 1 "$temporary" | wc -l)" = 0 ]; then echo >>"$temporary"; fi
    chmod --reference="$1" -- "$temporary"
    chown --reference="$1" -- "$temporary"
  else
    chmod 0644 "$temporary"
  fi
  {
    echo '# hearth begin'
    cat "$job/hosts"
    echo '# hearth end'
  } >>"$temporary"
  sync -- "$temporary"
  finish_file "$1" -
}
