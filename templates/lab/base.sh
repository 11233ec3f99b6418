#!/bin/sh
# shellcheck source-path=SCRIPTDIR
# base.sh: makes the base image that all virtual hosts share, from this machine's own apt sources.
# Prints the image's folder. The image is kept in the cache under a name made from suite, architecture and recipe.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
lab=${1:-default}
. "$here/common.sh"

suite=$(. /etc/os-release && echo "${VERSION_CODENAME:?}")
architecture=$(dpkg --print-architecture)
recipe=$(cat "$here/base.sh" "$here/base-customize.sh" | sha256sum | cut -c1-12)
image=$cache/base-$suite-$architecture-$recipe

if [ -d "$image" ]; then
  echo "$image"
  exit
fi

need_root
need_programs mmdebstrap=mmdebstrap flock=util-linux
mkdir -p "$cache"
exec 8>"$cache/base.lock"
flock 8
if [ -d "$image" ]; then # made by somebody else in the meantime
  echo "$image"
  exit
fi

# Debian's own archives of this machine's release, as apt reads them; third-party archives stay out.
sources() {
  apt-get indextargets --format "\$(REPO_URI) \$(RELEASE) \$(COMPONENT)" 'Created-By: Packages' |
    sort -u | while read -r uri release component; do
      case $release in "$suite" | "$suite-updates" | "$suite-security") ;; *) continue ;; esac
      case $component in main | non-free-firmware) echo "deb $uri $release $component" ;; esac
    done
}
list=$(sources)
[ -n "$list" ] || die "no apt source of $suite is configured on this machine" "look at /etc/apt/sources.list.d"

packages=systemd,systemd-sysv,dbus,libpam-systemd,openssh-server,sudo,iproute2,iputils-ping,netbase
packages=$packages,procps,kmod,ca-certificates,curl,gnupg,less,nano

work=$(mktemp -d "$cache/.making-XXXXXX")
trap 'rm -rf --one-file-system "$work"' EXIT
trap 'exit 130' INT TERM HUP
say "note: making the base image of $suite for $architecture, once, in about half a minute" >&2
if ! printf '%s\n' "$list" | mmdebstrap --quiet --mode=root --variant=minbase --architectures="$architecture" \
  --include="$packages" \
  --aptopt='Acquire::Languages "none"' --aptopt='Acquire::Check-Valid-Until "false"' \
  --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
  --customize-hook="sh '$here/base-customize.sh' \"\$1\" $gateway $proxy_port" \
  "$suite" "$work/rootfs" - >"$work/log" 2>&1 8>&-
then
  tail -n 15 "$work/log" >&2
  die "the base image could not be made" "check that apt-get update works on this machine"
fi
chmod 755 "$work" "$work/rootfs"
sync -f "$work/rootfs"
mv "$work" "$image"
trap - EXIT
echo "$image"
