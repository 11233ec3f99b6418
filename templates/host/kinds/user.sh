# put_user NAME HOME: a user for services, without login.
put_user() {
  if getent passwd -- "$1" >/dev/null; then
    usermod --home "$2" -- "$1"
  else
    useradd --system --user-group --home-dir "$2" --no-create-home --shell /usr/sbin/nologin -- "$1"
    record user "$1"
  fi
}
