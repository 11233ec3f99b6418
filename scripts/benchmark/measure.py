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

    def run(self, script, hosts=None):
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
            return dict(pool.map(one, hosts or self.addresses))

    def program(self, name):
        return (here / "hosts" / name).read_text()

    def state(self):
        """When what was touched; stops if any host is not as wanted."""
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
            "hearth", [rack.hearth, "host", "apply", "--yes", "--plain", "--inventory", rack.inventory, "items.yaml"], folder),
        "pyinfra": Measurement("pyinfra", [bin / "pyinfra", "-y", pyinfra_hosts, "deploy.py"], folder),
        "ansible": Measurement(
            "ansible", [bin / "ansible-playbook", "-i", inventory, "playbook.yaml"], folder, ansible, close_masters),
    }


def logins(rack, folder):
    """The floor: logging in to every host and running `true` there."""
    script = " & ".join(" ".join(rack.openssh(host)) for host in rack.addresses) + " & wait"
    return {
        "hearth": Measurement(
            "hearth-login", [rack.hearth, "login", "--inventory", rack.inventory], folder),
        "hearth-as-root": Measurement(
            "hearth-root-login", [rack.hearth, "login", "--root", "--inventory", rack.inventory], folder),
        "openssh": Measurement("openssh-login", ["sh", "-c", script], folder),
    }


def hundred_hosts(rack, folder):
    """One inventory of a hundred SSH daemons that run on the first host; see hosts/daemons.sh."""
    folder = Path(folder)
    rack.run(rack.program("daemons.sh"), hosts=[next(iter(rack.addresses))])
    keys = Path(rack.known_hosts).read_text().splitlines()
    first = next(iter(rack.addresses.values()))
    key = next(line.split(" ", 1)[1] for line in keys if line.startswith(first + " "))
    addresses = [f"10.77.0.{index}" for index in range(101, 201)]
    known_hosts = folder / "hundred-known-hosts"
    known_hosts.write_text("".join(f"[{address}]:2222 {key}\n" for address in addresses))
    inventory = yaml.safe_load(Path(rack.inventory).read_text())
    inventory["defaults"]["ssh"].update(port=2222, knownHosts=[str(known_hosts)])
    inventory["nodes"] = [
        {"name": f"daemon{index}", "address": address, "roles": ["worker"] if index else ["control-plane", "worker"]}
        for index, address in enumerate(addresses)
    ]
    file = folder / "hundred.yaml"
    file.write_text(yaml.safe_dump(inventory))
    return file


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
            # What takes a fraction of a second is measured more often, or one hiccup would decide.
            for turn in range(5):
                for name, way in ways.items():
                    if turn == 0 or name not in ["ansible", "pyinfra"]:
                        self.warm()
                        way.once()
        if self.rack.state() != before:
            raise Stopped("something was changed where nothing was to change")
        return ways

    def onechange(self):
        ways = tools(self.rack, self.folder)
        for way in ways.values():
            way.once(keep=False)
        for _ in self.counted("one thing to change"):
            for way in ways.values():
                self.rack.run(self.rack.program("drift.sh"))
                self.warm()
                way.once()
                self.rack.state()
        return ways

    def first(self):
        ways = tools(self.rack, self.folder)
        # Once unmeasured: whoever comes first would fetch the packages into the rack's proxy for all.
        self.rack.run(self.rack.program("undo.sh"))
        ways["hearth"].once(keep=False)
        for _ in self.counted("everything to do"):
            for way in ways.values():
                self.rack.run(self.rack.program("undo.sh"))
                self.warm()
                way.once()
                self.rack.state()
        return ways

    def hundred(self):
        hundred = Rack(self.rack.hearth, self.rack.lab, hundred_hosts(self.rack, self.folder))
        ways = {"hearth": tools(hundred, self.folder)["hearth"], "login": logins(hundred, self.folder)["hearth"]}
        ways["hearth"].once(keep=False)
        for _ in self.counted("a hundred SSH daemons, nothing to change"):
            for way in ways.values():
                way.once()
        return ways

    def counted(self, title):
        for round in range(self.rounds):
            print(f"{title}: round {round + 1} of {self.rounds}", file=sys.stderr, flush=True)
            yield round


titles = {
    "nochange": "nothing to change, 4 hosts",
    "onechange": "one file to change on each of 4 hosts",
    "first": "everything to do on 4 hosts",
    "hundred": "nothing to change, 100 SSH daemons on distinct addresses of one host",
}

notes = """\
Median of wall seconds (least to most), CPU seconds on this side, memory of the largest process, runs; in turn.
Ansible: one task an item, no facts gathered, pipelining, as many forks as hosts, ControlPersist within a run.
pyinfra: one operation an item, facts as it needs them. All log in as user pi, become root by sudo, and each run logs in
again. Hosts are virtual and share this machine's processors with the tools."""


def table(results):
    lines = []
    for case, ways in results.items():
        lines.append(f"{titles[case]}")
        for name, cost in ways.items():
            wall = cost["wallSeconds"]
            lines.append(
                f"  {name:21} {wall['median']:8.3f} s  ({wall['min']:.3f} to {wall['max']:.3f})"
                f"  {cost['cpuSeconds']['median']:7.3f} s CPU  {cost['memoryMB']:5.0f} MB  n={cost['n']}")
    return "\n".join(lines)


def summary(results):
    def wall(case, name):
        return results[case][name]["wallSeconds"]["median"]

    summary = {"ratios": {}, "login": {}, "hundred": {}, "cases": results}
    for tool in ["ansible", "pyinfra"]:
        summary["ratios"][tool] = {
            case: round(wall(case, tool) / wall(case, "hearth"), 1)
            for case in ["nochange", "onechange", "first"] if case in results
        }
    if "nochange" in results:
        floor = wall("nochange", "login-hearth")
        root = wall("nochange", "login-hearth-as-root")
        summary["login"] = {
            "hearthSeconds": floor, "hearthAsRootSeconds": root, "opensshSeconds": wall("nochange", "login-openssh"),
            "nochangeToLogin": round(wall("nochange", "hearth") / floor, 2),
            "nochangeToLoginAsRoot": round(wall("nochange", "hearth") / root, 2),
        }
    if "hundred" in results:
        cost = results["hundred"]["hearth"]
        summary["hundred"] = {
            "hosts": 100, "kind": "SSH daemons on distinct addresses of one virtual host",
            "wallSeconds": cost["wallSeconds"]["median"], "memoryMB": cost["memoryMB"],
            "loginSeconds": wall("hundred", "login"),
        }
    return summary


def verdicts(summary):
    for tool, ratios in summary["ratios"].items():
        said = ", ".join(f"{titles[case].split(',')[0].split(' on ')[0]}: {ratio}" for case, ratio in ratios.items())
        if said:
            yield f"times as long by {tool} as by hearth: {said}"
    if summary["login"]:
        login = summary["login"]
        yield (
            f"hearth with nothing to change takes {login['nochangeToLogin']} times its bare login, "
            f"{login['nochangeToLoginAsRoot']} times a login that runs `true` as root")


def main():
    parser = argparse.ArgumentParser()
    for name in ["hearth", "lab", "inventory", "folder"]:
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cases", type=lambda text: text.split(","), default=list(titles))
    parser.add_argument("--output", choices=["text", "json"], default="text")
    options = parser.parse_args()
    for case in options.cases:
        if case not in titles:
            raise Stopped(f"there is no case {case}; there are {', '.join(titles)}")
    rack = Rack(options.hearth, options.lab, options.inventory)
    rack.enter()
    print("preparing the hosts: package lists, and Python for Ansible", file=sys.stderr, flush=True)
    rack.run(rack.program("prepare.sh"))
    bench = Bench(rack, options.folder, options.rounds)
    results = {}
    for case in options.cases:
        results[case] = {name: way.figures() for name, way in getattr(bench, case)().items()}
    told = summary(results)
    print(table(results), *verdicts(told), notes, sep="\n", file=sys.stderr if options.output == "json" else sys.stdout)
    if options.output == "json":
        print(json.dumps(told))


if __name__ == "__main__":
    try:
        main()
    except Stopped as error:
        sys.exit(f"bench: {error}")
