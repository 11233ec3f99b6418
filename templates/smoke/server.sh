# The server of a test pod: says who it is, whom it saw asking, and the request's own words.
set -eu
mkdir -p /tmp/www/cgi-bin
cat >/tmp/www/cgi-bin/hearth <<'END'
#!/bin/sh
printf 'Content-Type: text/plain\r\n\r\n'
printf 'hearth-smoke payload=%s pod=%s node=%s peer=%s nonce=%s\n' \
  "$PAYLOAD" "$POD_NAME" "$NODE_NAME" "$REMOTE_ADDR" "$QUERY_STRING"
END
chmod 755 /tmp/www/cgi-bin/hearth
echo "hearth-smoke serves $PAYLOAD on $NODE_NAME"
exec busybox httpd -f -p 8080 -h /tmp/www
