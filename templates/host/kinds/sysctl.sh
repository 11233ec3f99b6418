# set_value PATH VALUE NAME: a setting of the running kernel.
set_value() {
  [ -e "$1" ] || fail "the kernel has no setting $3; a module that brings it may be missing"
  printf '%s\n' "$2" >"$1" || fail "the kernel does not take $2 for $3"
}
