"""Measures the same twenty items by hearth, Ansible and pyinfra on the hosts of a virtual rack. See scripts/bench."""

import argparse
import ctypes
import hashlib
import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median

import yaml

here = Path(__file__).parent
items = yaml.safe_load((here / "items.yaml").read_text())


class Stopped(Exception):
    """Something is not as it must be for the numbers to mean anything."""


class Rack:
    """The hosts, reached past their network, so that nothing of it is part of a measurement."""

    def __init__(self, hearth, lab, inventory):
        self.hearth, self.lab, self.inventory = hearth, lab, inventory
        nodes = yaml.safe_load(Path(inventory).read_text())
        self.ssh = nodes["defaults"]["ssh"]
        self.key = self.ssh["identityFiles"][0]
        self.known_hosts = self.ssh["knownHosts"][0]
        self.addresses = {node["name"]: node["address"] for node in nodes["nodes"]}

    def enter(self):
        """All that this process starts from now on is in the rack's network, as if on a machine beside the hosts."""
        with open(f"/run/netns/hearth-{self.lab}") as namespace:
            if ctypes.CDLL(None, use_errno=True).setns(namespace.fileno(), 0x40000000) != 0:
                raise Stopped(f"cannot enter the network of {self.lab}: {os.strerror(ctypes.get_errno())}")

    def run(self, script):
        """The same program as root on every host; what each said."""

        def one(host):
            done = subprocess.run(
                [self.hearth, "lab", "exec", "--name", self.lab, host, "--", "sh", "-c", script],
                capture_output=True, text=True,
            )
            if done.returncode != 0:
                raise Stopped(f"{host}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
            return host, done.stdout

        with ThreadPoolExecutor(4) as pool:
            return dict(pool.map(one, self.addresses))

    def program(self, name):
        return (here / "hosts" / name).read_text()

    def state(self):
        """When what was touched; stops if any host is not as it shall be."""
        program = self.program("state.sh").replace("@sums@", "\n".join(wanted_sums()))
        said = self.run(program)
        for host, text in said.items():
            complaints = text.split("times:")[0].strip()
            if complaints:
                raise Stopped(f"{host}: {complaints}")
        return said

    def openssh(self, host):
        return [
            "ssh", "-F", "/dev/null", "-i", self.key, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
            "-o", f"UserKnownHostsFile={self.known_hosts}", "-o", "StrictHostKeyChecking=yes", "-o", "LogLevel=ERROR",
            f"{self.ssh['user']}@{self.addresses[host]}", "true",
        ]


def wanted_sums():
    for item in items["items"]:
        if "file" in item:
            text = (here / item["template"]).read_text()
            for name, value in items["variables"].items():
                text = text.replace("{{%s}}" % name, str(value))
            yield f"{hashlib.sha256(text.encode()).hexdigest()}  {item['file']}"


class Measurement:
    """One way to do the work, and what each run of it cost."""

    def __init__(self, name, command, folder, environment=None, before=None):
        self.name, self.command, self.folder, self.before = name, command, folder, before
        self.environment = {**os.environ, **(environment or {})}
        self.runs = []

    def once(self, keep=True):
        if self.before:
            self.before()
        log = Path(self.folder) / f"{self.name}.log"
        with open(log, "w") as output:
            start = time.monotonic()
            process = subprocess.Popen(
                self.command, cwd=here, env=self.environment, stdin=subprocess.DEVNULL, stdout=output,
                stderr=subprocess.STDOUT,
            )
            _, status, usage = os.wait4(process.pid, 0)
            wall = time.monotonic() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise Stopped(f"{self.name} failed with status {process.returncode}:\n{log.read_text()[-3000:]}")
        if keep:
            self.runs.append((wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024))

    def figures(self):
        walls, cpus, memories = ([run[i] for run in self.runs] for i in range(3))
        return {
            "wallSeconds": {"min": min(walls), "median": median(walls), "max": max(walls)},
            "cpuSeconds": {"min": min(cpus), "median": median(cpus), "max": max(cpus)},
            "memoryMB": max(memories),
            "n": len(self.runs),
        }


def tools(rack, folder):
    """hearth, Ansible and pyinfra, each told to do the same on the same hosts."""
    folder = Path(folder)
    bin = Path(sys.executable).parent
    hosts = rack.addresses.items()

    inventory = folder / "ansible-hosts"
    inventory.write_text("".join(f"{name} ansible_host={address}\n" for name, address in hosts))
    configuration = folder / "ansible.cfg"
    configuration.write_text("")
    sockets = folder / "ansible-sockets"
    ansible = {
        "ANSIBLE_CONFIG": str(configuration), "ANSIBLE_HOME": str(folder / "ansible"), "ANSIBLE_NOCOLOR": "1",
        "ANSIBLE_COLLECTIONS_PATH": os.environ["BENCH_COLLECTIONS"], "ANSIBLE_PYTHON_INTERPRETER": "/usr/bin/python3",
        "ANSIBLE_PIPELINING": "1", "ANSIBLE_FORKS": str(max(len(rack.addresses), 5)),
        "ANSIBLE_REMOTE_USER": rack.ssh["user"], "ANSIBLE_PRIVATE_KEY_FILE": rack.key,
        "ANSIBLE_SSH_ARGS": "-F /dev/null -o ControlMaster=auto -o ControlPersist=60s -o IdentitiesOnly=yes "
        f"-o UserKnownHostsFile={rack.known_hosts}",
        "ANSIBLE_SSH_CONTROL_PATH_DIR": str(sockets),
    }

    def close_masters():
        """Every run logs in, as those of the others do; within a run Ansible keeps its connections."""
        for socket in sockets.glob("*") if sockets.exists() else []:
            subprocess.run(["ssh", "-o", f"ControlPath={socket}", "-O", "exit", "any"], capture_output=True)

    pyinfra_hosts = folder / "pyinfra_hosts.py"
    data = {
        "ssh_user": rack.ssh["user"], "ssh_key": rack.key, "ssh_known_hosts_file": rack.known_hosts,
        "ssh_strict_host_key_checking": "yes", "ssh_allow_agent": False, "ssh_look_for_keys": False,
    }
    pyinfra_hosts.write_text(
        "hosts = %r\n" % [(name, {"ssh_hostname": address, **data}) for name, address in hosts])

    return {
        "hearth": Measurement(
            "hearth", [rack.hearth, "apply", "--yes", "--plain", "--inventory", rack.inventory, "items.yaml"], folder),
        "pyinfra": Measurement("pyinfra", [bin / "pyinfra", "-y", pyinfra_hosts, "deploy.py"], folder),
        "ansible": Measurement(
            "ansible", [bin / "ansible-playbook", "-i", inventory, "playbook.yaml"], folder, ansible, close_masters),
    }


def logins(rack, folder):
    """The floor: logging in to every host and running `true` there."""
    script = " & ".join(" ".join(rack.openssh(host)) for host in rack.addresses) + " & wait"
    return {
        "hearth": Measurement(
            "hearth-login", [rack.hearth, "exec", "--inventory", rack.inventory, "--", "true"], folder),
        "openssh": Measurement("openssh-login", ["sh", "-c", script], folder),
    }


class Bench:
    def __init__(self, rack, folder, rounds):
        self.rack, self.folder, self.rounds = rack, folder, rounds

    def warm(self):
        """A first login of a user starts a service manager for it, which stays for ten seconds: nobody pays for it."""
        for host in self.rack.addresses:
            subprocess.run(self.rack.openssh(host), check=True)

    def nochange(self):
        ways = {**tools(self.rack, self.folder), **{f"login-{k}": v for k, v in logins(self.rack, self.folder).items()}}
        # Each tool has files of its own for settings and modules.
        for name in ["hearth", "pyinfra", "ansible"]:
            ways[name].once(keep=False)
        before = self.rack.state()
        for _ in self.counted("nothing to change"):
            for way in ways.values():
                self.warm()
                way.once()
        if self.rack.state() != before:
            raise Stopped("something was changed where nothing was to change")
        return ways

    def onechange(self):
        ways = tools(self.rack, self.folder)
        for _ in self.counted("one thing to change"):
            for way in ways.values():
                self.rack.run(self.rack.program("drift.sh"))
                self.warm()
                way.once()
                self.rack.state()
        return ways

    def first(self):
        ways = tools(self.rack, self.folder)
        # Once unmeasured: whoever comes first would fetch the packages into the proxy for all.
        for round in self.counted("everything to do", extra=1):
            for way in ways.values():
                self.rack.run(self.rack.program("undo.sh"))
                self.warm()
                way.once(keep=round > 0)
                self.rack.state()
                if round == 0:
                    break
        return ways

    def counted(self, title, extra=0):
        for round in range(self.rounds + extra):
            print(f"{title}: round {round + 1} of {self.rounds + extra}", file=sys.stderr, flush=True)
            yield round


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--hearth", required=True)
    parser.add_argument("--lab", required=True)
    parser.add_argument("--inventory", required=True)
    parser.add_argument("--folder", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--case", choices=["prepare", "nochange", "onechange", "first", "hundred"], required=True)
    options = parser.parse_args()
    rack = Rack(options.hearth, options.lab, options.inventory)
    rack.enter()
    bench = Bench(rack, options.folder, options.rounds)
    if options.case == "prepare":
        rack.run(rack.program("prepare.sh"))
        return
    ways = getattr(bench, options.case)()
    print(json.dumps({name: way.figures() for name, way in ways.items()}))


if __name__ == "__main__":
    try:
        main()
    except Stopped as error:
        sys.exit(f"bench: {error}")
