# What the tools need on a host before they start: Ansible's modules want Python, and all want fresh package lists.
set -eu
export DEBIAN_FRONTEND=noninteractive
apt-get -q update
apt-get -q -y --no-install-recommends install python3 python3-apt
