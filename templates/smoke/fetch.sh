# fetch ADDRESS PORT QUERY: a request without any HTTP client; bash is essential in Debian and opens connections itself.
fetch() {
  # shellcheck disable=SC2016 # expanded by bash
  timeout 3 bash -c '
    exec 3<>"/dev/tcp/$1/$2" || exit 1
    printf "GET /cgi-bin/hearth?%s HTTP/1.0\r\nHost: %s\r\n\r\n" "$3" "$1" >&3
    cat <&3
  ' fetch "$1" "$2" "$3" | grep '^hearth-smoke '
}
