extension CheckRule {
  var words: Words {
    switch self {
    case .unreachable:
      Words(
        .error, "The host cannot be used over SSH",
        "See the message; `ssh` with the same user and address shows more.")
    case .notRoot:
      Words(
        .error, "The program did not run as root",
        "Set `sudo:` of this node in the inventory, or log in as root.")

    case .notDebian:
      Words(
        .error, "Not Debian or Raspberry Pi OS",
        "Install Debian 12 or newer, or the 64-bit Raspberry Pi OS Lite; hearth knows no other system.")
    case .systemTooOld:
      Words(.error, "The system is too old", "Install Debian 12 or newer, or Raspberry Pi OS 12 or newer, afresh.")
    case .systemOutOfSupport:
      Words(
        .warning, "The system gets no more security updates",
        "Install Debian 12 or newer on this host when you can; hearth still works on 11.")
    case .systemEnds:
      Words(
        .warning, "The system soon gets no more security updates",
        "Install the next Debian on one host after the other.")
    case .libraryTooOld:
      Words(
        .error, "The system's C library is too old for containerd",
        "Install Debian 12 or newer, or name an older series under `cluster.versions.containerd`, such as 2.2.7.")
    case .releaseEnds:
      Words(.warning, "Software without updates", "Upgrade to a release that gets updates.")
    case .userland32Bit:
      Words(
        .error, "32-bit userland under a 64-bit kernel",
        "Flash the 64-bit Raspberry Pi OS Lite (arm64); packages and Kubernetes need a 64-bit userland, the kernel "
          + "alone does not suffice.")
    case .unsupportedArchitecture:
      Words(.error, "No Kubernetes for this processor", "Use a 64-bit ARM (arm64) or x86 (amd64) machine and system.")
    case .mixedArchitectures:
      Words(
        .info, "Hosts of different architectures",
        "Use images for both architectures, or keep pods apart with the label `kubernetes.io/arch`.")
    case .noSystemd:
      Words(
        .error, "systemd does not run",
        "Boot the host with systemd as its init: `apt install systemd-sysv`, then reboot.")
    case .failedUnits:
      Words(.info, "Units failed", "Look at `systemctl --failed`; repair or disable what failed.")
    case .largePages:
      Words(
        .warning, "Memory pages of 16 KiB",
        "Put `kernel=kernel8.img` into config.txt and reboot: some images (those with jemalloc) crash on large pages.")
    case .rootReadOnly:
      Words(
        .error, "The root file system is read-only",
        "Look for disk errors with `dmesg`, then `mount -o remount,rw /`; a card that fell back to read-only is worn out."
      )
    case .rootVolatile:
      Words(
        .error, "Changes are lost at the next boot",
        "Turn the overlay file system off: `raspi-config nonint disable_overlayfs`, or take `overlayroot=tmpfs` out of the "
          + "file that is named; then reboot.")
    case .bootLineLost:
      Words(
        .error, "The next start would find no root file system",
        "`hearth up` writes cmdline.txt again from /proc/cmdline. Until then do not restart this host.", fixedByUp: true
      )
    case .bootLineUnusable:
      Words(
        .error, "cmdline.txt names no root file system",
        "Write the line that starts this machine into cmdline.txt, with its `root=`; `cat /proc/cmdline` and a card of "
          + "the same system show what it looks like.")
    case .bootReadOnly:
      Words(
        .error, "The boot partition is read-only",
        "`mount -o remount,rw /boot/firmware`; if raspi-config has write-protected it: `raspi-config nonint "
          + "disable_bootro`, then reboot; if it fell back to read-only, `dmesg` says why.")
    case .rebootPending:
      Words(
        .info, "The system waits for a reboot",
        "Reboot the host before or after `hearth up`, one host at a time.")
    case .noAptSource:
      Words(
        .error, "apt has no source to install from",
        "Put the mirror of your Debian release into /etc/apt/sources.list; a CD-ROM alone does not do.")
    case .unattendedReboot:
      Words(
        .warning, "Updates restart this host by themselves",
        "Set `Unattended-Upgrade::Automatic-Reboot \"false\";`: all hosts would restart at the same minute, without "
          + "being drained. `hearth upgrade --system` restarts them one by one.")

    case .memoryTooSmall:
      Words(
        .error, "Too little memory",
        "Use a board with more memory, or make this node a worker if it is a control plane.")
    case .memorySmall:
      Words(.warning, "Little memory", "Expect few pods here; 4 GB suit a control plane, 2 GB a worker.")
    case .underVoltageNow:
      Words(
        .error, "The power supply is too weak",
        "Give this board a supply of its own (Pi 4: 5.1 V 3 A, Pi 5: 5 V 5 A) or a shorter, thicker cable; "
          + "under-voltage corrupts disks.")
    case .underVoltageBefore:
      Words(
        .warning, "The power supply was too weak since the boot",
        "Give this board a better supply or cable (Pi 4: 5.1 V 3 A, Pi 5: 5 V 5 A), then reboot to clear the mark.")
    case .throttledNow:
      Words(.warning, "The processor is slowed down", "Cool the board, and replace its supply if that is too weak.")
    case .throttledBefore:
      Words(.info, "The processor was slowed down since the boot", "Cool the board better; a reboot clears the mark.")
    case .hot:
      Words(
        .warning, "The board is hot",
        "Add a heat sink or a fan, or free the air's way; it slows down at 80-85 °C.")

    case .diskTooFull:
      Words(
        .error, "Too little room on the disk",
        "Free room (`apt clean`, `journalctl --vacuum-size=50M`), or use a larger disk; see `df -h /var/lib`.")
    case .diskNearlyFull:
      Words(
        .warning, "The disk is nearly full",
        "Free room: the kubelet evicts pods below 10 % free and deletes images below 15 %.")
    case .fewInodes:
      Words(.warning, "Nearly no inodes left", "Delete many small files; see `df -i /var/lib`.")
    case .bootPartitionFull:
      Words(
        .error, "The boot partition is full",
        "Remove old kernels (`apt autoremove --purge`); see `df -h /boot/firmware`. Boot parameters cannot be written.")
    case .etcdOnSDCard:
      Words(
        .warning, "etcd would live on an SD card",
        "Boot this node from an SSD (USB 3 or NVMe): slow writes lose leader elections and wear the card out.")
    case .etcdOnSlowDisk:
      Words(.warning, "etcd would live on a spinning disk", "Boot this node from an SSD: etcd waits for every write.")
    case .volumesOnSDCard:
      Words(
        .warning, "Volumes would lie on an SD card",
        "Mount an SSD for them, and name a folder on it in `cluster.addons.storage`: cards are slow, and writes wear them "
          + "out.")
    case .swapOn:
      Words(
        .error, "Swap is on",
        "`swapoff -a` and no swap in /etc/fstab; kubelets refuse to start with swap.", fixedByUp: true)
    case .zramOn:
      Words(
        .error, "Compressed swap in memory (zram) is on",
        "Disable zram-tools, zram-generator or rpi-swap; kubelets refuse to start with swap.", fixedByUp: true)

    case .memoryControllerOff:
      Words(
        .error, "The kernel's memory control group is off",
        "Put `cgroup_enable=memory` into cmdline.txt (one line!) and reboot.", fixedByUp: true)
    case .memoryControllerMissing:
      Words(
        .error, "The kernel has no memory control group",
        "Boot a kernel with CONFIG_MEMCG, or take `cgroup_disable=memory` out of the boot loader's configuration.")
    case .memoryControllerIgnored:
      Words(
        .error, "The kernel ignores `cgroup_enable=memory`",
        "Boot Raspberry Pi OS's own kernel, or take `cgroup_disable=memory` out of the firmware's device tree; Debian's "
          + "kernel knows no word that turns the controller on again.")
    case .controllersMissing:
      Words(.error, "Control groups are missing", "Boot Debian's own kernel; the kubelet needs cpu, cpuset and pids.")
    case .cgroupV1:
      Words(
        .warning, "Control groups of version 1",
        "Debian 11 and newer use version 2 by default: take `systemd.unified_cgroup_hierarchy=0` out of the boot "
          + "parameters. Kubernetes 1.35 and newer refuse version 1 unless told otherwise, which `hearth up` does.",
        fixedByUp: true)
    case .moduleMissing:
      Words(
        .error, "A kernel module is missing",
        "Install the whole kernel package (`linux-image-arm64` or `linux-image-amd64`), reboot after kernel upgrades.")
    case .moduleLocked:
      Words(
        .error, "A kernel module cannot be loaded from here",
        "Load it on the machine that this container runs on.")
    case .kernelKnownBad:
      Words(
        .warning, "The kernel has a known hole",
        "`hearth upgrade --system` brings a newer kernel and restarts one node at a time.")
    case .sysctlOverruled:
      Words(
        .warning, "Another file sets a kernel setting back at each boot",
        "Take the line out. `hearth up` lets its own value win by a file that sorts last.", fixedByUp: true)
    case .inputDropped:
      Words(
        .error, "The firewall keeps the other nodes out",
        "Let the nodes and the pods in: TCP 6443, 2379, 2380 and 10250; see the finding for which of them.")
    case .forwardingDropped:
      Words(
        .error, "The firewall drops what pods send",
        "ufw: `ufw default allow routed`. Docker: remove it, or `iptables -P FORWARD ACCEPT` after each start. firewalld: "
          + "`systemctl disable --now firewalld`. Own nftables rules: accept what comes from and goes to the pods.")

    case .clockWrong:
      Words(
        .error, "The clock is wrong",
        "Set it (`date --set`), then see why time sync failed: certificates would not be valid on this host.")
    case .clockOff:
      Words(
        .warning, "The clock is a little off",
        "`hearth up` sets up time sync between the hosts.", fixedByUp: true)
    case .clocksDiffer:
      Words(
        .warning, "The hosts' clocks differ",
        "`hearth up` lets all hosts follow the control plane's clock.", fixedByUp: true)
    case .noTimeSync:
      Words(.warning, "Nothing keeps the clock right", "`apt install chrony`.", fixedByUp: true)
    case .notSynchronized:
      Words(
        .info, "The time service has not found the time yet",
        "Wait a minute after boot; if it stays, let the router or another host serve time (NTP, UDP port 123).")
    case .clockNotSettable:
      Words(
        .info, "The clock belongs to the machine below",
        "Keep the clock of the machine that runs this container right.")
    case .severalTimeServices:
      Words(
        .warning, "Several time services steer one clock",
        "Keep one of them: `systemctl disable --now` the others.")
    case .timeServiceReplaced:
      Words(
        .info, "Another time service takes over",
        "Nothing to do: control planes run chrony, because it serves the rack's time; Debian installs only one such service.",
        fixedByUp: true)

    case .sameMachine:
      Words(.error, "Two nodes are one machine", "Give each node its own address in the inventory.")
    case .noMachineID:
      Words(.error, "The host has no machine-id", "`systemd-machine-id-setup`, then reboot.")
    case .duplicateMachineID:
      Words(
        .error, "Hosts share a machine-id",
        "They come from one copied disk. On all but one: `rm -f /etc/machine-id /var/lib/dbus/machine-id && "
          + "systemd-machine-id-setup`, then reboot.")
    case .duplicateSerial:
      Words(
        .warning, "Boards share a serial number",
        "Update the boards' firmware; hearth tells replaced boards by serial.")
    case .duplicateMAC:
      Words(
        .error, "Hosts share a hardware address",
        "Give each virtual machine its own MAC; remove copied `macaddress` settings.")
    case .duplicateHostname:
      Words(.info, "Hosts share a name", "`hearth up` gives each host the name of its node.", fixedByUp: true)
    case .hostnameDiffers:
      Words(.info, "The host has another name than its node", "`hearth up` sets it.", fixedByUp: true)
    case .cloudInitHosts:
      Words(
        .info, "cloud-init writes /etc/hosts again at each boot",
        "`hearth up` turns that off, or puts the rack's names into cloud-init's template where user-data insists.",
        fixedByUp: true)
    case .cloudInitName:
      Words(
        .warning, "cloud-init sets the host's name back at each boot",
        "Take `preserve_hostname: false` out of that file, or write the node's name there: user-data wins over all that "
          + "stands in /etc/cloud.")

    case .addressMissing:
      Words(
        .error, "The node's address is not on the host",
        "Write the address that the host itself has (`ip -4 addr`); reaching it by address translation does not do.")
    case .addressOnVPN:
      Words(
        .error, "The node's address belongs to a tunnel",
        "Write the address of the wired interface into the inventory: pods of other hosts are reached by plain routes, "
          + "which do not go through a VPN.")
    case .addressLeased:
      Words(
        .info, "The address comes from a lease",
        "Reserve it for this host's MAC in the router, or set it fixed on the host: certificates and etcd name it.")
    case .addressNotKept:
      Words(
        .warning, "No file sets the address at the next boot",
        "It was set by hand (`ip addr add`). Put it into the host's network configuration (netplan, NetworkManager, "
          + "systemd-networkd or /etc/network/interfaces).")
    case .notOneSegment:
      Words(
        .error, "Hosts are not on one network segment",
        "Connect all nodes to one switch and one subnet; pods are reached by plain routes between them.")
    case .networkOverlap:
      Words(
        .error, "A cluster network overlaps the host's own",
        "Choose other ranges for `networks.pods` or `networks.services` in the inventory, before the first `up`.")
    case .noDefaultGateway:
      Words(
        .info, "No default gateway",
        "Fine for a rack without a way out; packages and images must then come through hearth.")
    case .noResolver:
      Words(
        .info, "No name server",
        "Fine for a rack without a way out; pods will resolve only the cluster's own names.")
    case .loopbackResolver:
      Words(
        .warning, "The name server is this host itself",
        "Pods have a loopback of their own and reach no server there. Name a server that others reach, too, in "
          + "/etc/resolv.conf, or let the local one listen on the host's address.")
    case .wireless:
      Words(.warning, "The node is on Wi-Fi", "Use a cable: every pod and every write of etcd goes over this link.")
    case .slowLink:
      Words(
        .warning, "The network link is slow",
        "Use a Cat 5e cable and a gigabit port; 100 Mb/s often means a broken pair.")
    case .portTaken:
      Words(.error, "A port that hearth needs is taken", "Stop the program that listens there; `ss -ltnp` shows it.")
    case .portUnreachable:
      Words(
        .error, "A port does not let the other nodes in",
        "A firewall between the hosts or on that host drops the packets: let the nodes' addresses in on these ports.")
    case .serviceAddressElsewhere:
      Words(
        .error, "Addresses for Services outside of the node's network",
        "Take free addresses of the nodes' own network for `cluster.loadBalancer.addresses`.")
    case .serviceAddressTaken:
      Words(
        .error, "Somebody in the LAN has an address that Services are to get",
        "Take addresses that nobody has for `cluster.loadBalancer.addresses`, outside of what the router gives away by DHCP."
      )
    case .policiesUnenforced:
      Words(
        .warning, "NetworkPolicies that nothing enforces",
        "Do not rely on them: keep what must not meet on racks of its own, or behind a login of its own.")

    case .foundK3s:
      Words(
        .error, "k3s is installed",
        "`k3s-uninstall.sh` on a server, `k3s-agent-uninstall.sh` on an agent, then reboot.")
    case .foundRKE2:
      Words(.error, "RKE2 is installed", "`rke2-uninstall.sh`, then reboot.")
    case .foundMicroK8s:
      Words(.error, "MicroK8s is installed", "`snap remove --purge microk8s`, then reboot.")
    case .foundK0s:
      Words(.error, "k0s is installed", "`k0s stop && k0s reset`, then reboot.")
    case .foundKubeadm:
      Words(
        .error, "Another Kubernetes is or was here",
        "`kubeadm reset`, then `apt purge kubelet kubeadm` and remove /etc/kubernetes, /var/lib/kubelet and "
          + "/etc/cni/net.d, which kubeadm leaves; then reboot, which takes its bridges and firewall rules away.")
    case .foundNetworkPlugin:
      Words(
        .error, "Another network plugin's configuration",
        "Remove these files: containerd takes the first of /etc/cni/net.d, and hearth brings its own. A plugin that still "
          + "runs (calico, cilium, flannel) must be removed first.")
    case .foundPodNetwork:
      Words(
        .error, "Another cluster's pod network",
        "Remove it with `ip link delete NAME` and what made it, or reboot once that is gone.")
    case .foundEtcdData:
      Words(
        .error, "Data of another etcd",
        "Keep a copy if it matters, then remove /var/lib/etcd/member: hearth never deletes data it did not write.")
    case .foundContainerdIO:
      Words(
        .error, "Docker's own containerd is installed",
        "`apt purge containerd.io docker-ce`: it takes the place of Debian's containerd and turns its Kubernetes side off."
      )
    case .foundDocker:
      Words(
        .warning, "Docker is installed",
        "`apt purge docker.io docker-ce` if nothing needs it: it shares containerd and sets the firewall to drop "
          + "forwarded packets.")
    case .foundPodman:
      Words(
        .info, "Podman is installed",
        "Nothing to do; it lives beside Kubernetes, its memory is not counted by it.")
    case .containerdTooNew:
      Words(
        .error, "containerd is too new for this Kubernetes",
        "Install containerd 1.x or choose Kubernetes 1.26 or newer: containerd 2 no longer speaks CRI v1alpha2.")

    case .wasmShimBlocked:
      Words(
        .warning, "The WebAssembly shim cannot run here",
        "Write `wasm: wrapper` under `addons`, which runs everywhere, or meet what the shim needs; containers are not "
          + "concerned.")
    case .wasmLittleMemory:
      Words(
        .info, "Little memory to compile WebAssembly",
        "Small modules compile; load larger ones with `hearth image load` while the node is idle.")
    }
  }
}
