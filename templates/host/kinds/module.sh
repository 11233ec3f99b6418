# Kernel modules.
load_module() {
  if ! modprobe -- "$1"; then
    read -r release </proc/sys/kernel/osrelease
    fail "kernel $release has no module $1, or this host may not load modules"
  fi
}
