import Diagnostics

/// Makes a failed step readable: what happened, what it means, what to do next.
struct StepError {
  var host: String
  var resource: Resource
  var status: Int32
  var reason: String?
  var output: [String]

  var error: HearthError {
    var message = reason ?? "\(resource.id) ended with status \(status)"
    if reason == nil, case .custom = resource, let last = output.last { message = "\(resource.id): \(last)" }
    if status == 124 { message = "\(resource.id) did not end in time" }
    // Either `timeout` sent the last signal, or the kernel did.
    let wasKilled = status == 137
    if wasKilled { message = "\(resource.id) was killed: out of time, or the host ran out of memory" }
    let standard =
      wasKilled
      ? "look for `Out of memory` in the kernel's log; if it is there, free memory, then run the command again"
      : output.isEmpty
        ? "try the command below on the host, then run hearth again"
        : "correct what the last lines of output name, then run the command again"
    return HearthError(
      .remoteCommand, message, subject: Subject(host: host, step: resource.id),
      hint: Self.hint(output + [reason ?? ""]) ?? standard, output: Array(output.suffix(15)),
      command: wasKilled ? "journalctl -k -n 50 --no-pager" : resource.commandByHand)
  }

  /// What tools say when a host lacks something that no tool can give it, and what people can do.
  private static let hints: [(sign: String, hint: String)] = [
    (
      "no space left on device",
      "the disk is full: make room (`df -h`, `apt-get clean`, `journalctl --vacuum-size=50M`)"
    ),
    ("enough free space", "the disk is full: make room (`df -h`, `apt-get clean`, `journalctl --vacuum-size=50M`)"),
    ("read-only file system", "the disk has become read-only, as a worn or broken card does: look at `dmesg | tail`"),
    ("apt is held by", "let that program end, or stop it, then run the command again"),
    ("temporary failure resolving", "the host cannot resolve names: look at its network and /etc/resolv.conf"),
    ("could not resolve", "the host cannot resolve names: look at its network and /etc/resolv.conf"),
    ("network is unreachable", "the host has no way out: look at its network and default route"),
    ("could not connect to", "the host cannot reach its package mirror: look at its network or set a proxy for apt"),
    ("connection timed out", "the host cannot reach its package mirror: look at its network or set a proxy for apt"),
    ("unable to locate package", "no source in /etc/apt/sources.list.d has this package: add one, or correct the name"),
    ("is not valid yet", "the host's clock is wrong: set it, then run the command again"),
    ("unmet dependencies", "packages contradict each other: see `apt-get -f install` on the host"),
    ("cannot allocate memory", "the host is out of memory: see `free -m` there"),
  ]

  static func hint(_ lines: [String]) -> String? {
    let text = lines.joined(separator: "\n").lowercased()
    return hints.first { text.contains($0.sign) }?.hint
  }
}

extension Resource {
  /// What one could type on the host to see the same.
  var commandByHand: String? {
    switch self {
    case .file(let file): "ls -la \(file.path.shellQuoted)"
    case .delivery(let delivery): "ls -la \(delivery.path.shellQuoted)"
    case .directory(let directory): "ls -lad \(directory.path.shellQuoted)"
    case .symlink(let link): "ls -la \(link.path.shellQuoted)"
    case .absent(let path): "ls -la \(path.shellQuoted)"
    case .packages(let packages):
      "apt-get install --no-install-recommends \(packages.names.map(\.shellQuoted).joined(separator: " "))"
    case .unit(let unit): "systemctl status \(unit.name.shellQuoted); journalctl -n 50 -u \(unit.name.shellQuoted)"
    case .kernelModule(let name): "modprobe \(name.shellQuoted)"
    case .sysctl(let key, let value): "sysctl -w \("\(key)=\(value)".shellQuoted)"
    case .swapOff: "swapon --show; systemctl list-units --type swap"
    case .bootParameters: "cat /proc/cmdline /boot/firmware/cmdline.txt /boot/cmdline.txt"
    case .hostname: "hostnamectl"
    case .hosts: "cat /etc/hosts"
    case .user(let user): "getent passwd \(user.name.shellQuoted)"
    case .custom: nil
    }
  }
}
