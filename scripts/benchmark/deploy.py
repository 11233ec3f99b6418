"""items.yaml, said to pyinfra: one operation per item."""

from io import StringIO
from os.path import dirname, join

from pyinfra import config
from pyinfra.operations import apt, files, server, systemd

config.SUDO = True

values = {"site": "attic", "port": 8080, "workers": 4, "interval": 3600}
content = join(dirname(__file__), "content")


def template(name, path, mode="644"):
    return files.template(
        src=join(content, name), dest=path, user="root", group="root", mode=mode, create_remote_dir=False, **values
    )


apt.packages(packages=["jq"], no_recommends=True)
apt.packages(packages=["rsync", "tree"], no_recommends=True)

files.directory(path="/etc/bench", user="root", group="root", mode="755")
files.directory(path="/srv/bench", user="pi", group="pi", mode="750")
files.directory(path="/srv/bench/data", user="pi", group="pi", mode="750")
files.directory(path="/var/lib/bench", user="root", group="root", mode="700")

configuration = template("service.conf", "/etc/bench/service.conf", mode="640")
template("limits.conf", "/etc/bench/limits.conf")
template("profile.sh", "/etc/profile.d/bench.sh")
template("motd", "/etc/motd")
template("worker", "/usr/local/bin/bench-worker", mode="755")
unit_file = template("bench.service", "/etc/systemd/system/bench.service")

for key, value in [
    ("net.ipv4.ip_forward", 1),
    ("net.ipv4.tcp_keepalive_time", 600),
    ("vm.swappiness", 10),
    ("fs.inotify.max_user_instances", 1024),
]:
    server.sysctl(key=key, value=value, persist=True, persist_file="/etc/sysctl.d/99-zz-bench.conf")

# Whether the modules are loaded now is looked at only when these files are new: what server.modprobe reads does not
# list those that are built into the kernel.
modules = [
    files.put(
        src=StringIO(f"{name}\n"), dest=f"/etc/modules-load.d/bench-{name}.conf", user="root", group="root", mode="644",
        create_remote_dir=False,
    )
    for name in ["overlay", "br_netfilter"]
]
server.shell(commands=["modprobe -a overlay br_netfilter"], _if=lambda: any(file.did_change() for file in modules))

systemd.daemon_reload(_if=unit_file.did_change)
systemd.service(service="bench.service", running=True, enabled=True)
systemd.service(service="ssh.service", running=True, enabled=True)
systemd.service(
    service="bench.service", restarted=True,
    _if=lambda: configuration.did_change() or unit_file.did_change(),
)
