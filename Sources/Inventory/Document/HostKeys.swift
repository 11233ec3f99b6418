import Diagnostics
import Foundation
import Schema

/// Keys that `defaults` and nodes share.
enum HostKeys {
  static let ssh = Key("ssh", SSHKeys.kind, "How to log in. A node's settings are laid over those of `defaults`.")
  static let sudo = Key(
    "sudo", SudoKeys.kind.located, fallback: "passwordless, or none when the login user is root",
    "How to become root after the login.")
  static let hardware = Key(
    "hardware", Kind<String>.text(.hardware), example: "pi4b-8gb", "Model of the board, a name from the catalogue.")
  static let labels = Key(
    "labels", Kind<[LabelEntry]>.labels, example: "{disk: ssd}",
    "Kubernetes labels of the node. A node's labels are laid over those of `defaults`.")
  static let taints = Key(
    "taints", Kind<Node.Taint>.taint.located.list(), example: "[\"dedicated=builds:NoSchedule\"]",
    "Kubernetes taints of the node. A node's list replaces that of `defaults`.")

  static let purchase = Key(
    "purchase", PurchaseKeys.kind, example: "{price: 89.00, date: 2025-03-01}",
    "What one such machine was bought for; `hearth cost` counts it.")
  static let power = Key(
    "watts", PowerKeys.kind, fallback: "the catalogue's figures for `hardware`", example: "{idle: 3.1, load: 7.4}",
    "What one such machine draws, measured by you, in watts behind its supply.")
  static let parts = Key(
    "parts", ItemKeys.kind.list(), example: "[{name: SSD, model: ssd-sata-2.5, purchase: 32.00}]",
    "Disks, cards and boards in or on each such machine. A node's list replaces that of `defaults`.")

  static let benchmark = Key(
    "benchmark",
    Kind<Decimal>.decimal(
      DecimalShape("MIPS", 100...10_000_000, reason: "the total of `7z b` with all threads, such as 11010")
    ).located, fallback: "the catalogue's figure for `hardware`", example: "11010",
    "What one such machine can do: 7-zip's total MIPS of all cores, as `hearth bench cpu` measures it.")

  static let all: [any AnyKey] = [ssh, sudo, hardware, labels, taints, purchase, power, benchmark, parts]

  static func section(_ fields: Fields) -> HostSection {
    HostSection(
      ssh: fields[ssh] ?? SSHSection(), sudo: fields[sudo], hardware: fields[hardware], labels: fields[labels] ?? [],
      taints: fields[taints], purchase: fields[purchase], power: fields[power], benchmark: fields[benchmark],
      parts: fields[parts])
  }

  static let kind = Kind<HostSection>.object(
    "defaults", "What holds for all nodes that do not say otherwise.", keys: all
  ) { section($0) }
}

enum SSHKeys {
  static let user = Key("user", Kind<String>.text(.user), fallback: "pi", "Login user.")
  static let port = Key("port", Kind<Int>.integer(1...65535), fallback: "22", "TCP port of the SSH server.")
  static let identityFiles = Key(
    "identityFiles", Kind<String>.path.list(), fallback: "the agent's keys, then OpenSSH's usual files",
    example: "[~/.ssh/id_ed25519]", "Private keys, in the order in which they are tried.")
  static let hostKeys = Key(
    "hostKeys", Kind<String>.text(.fingerprint).list(), fallback: "known_hosts decides",
    example: "[\"\(TextShape.fingerprint.example)\"]", "Fingerprints of the host's keys: no other key is accepted.")
  static let knownHosts = Key(
    "knownHosts", Kind<String>.path.list(), fallback: "OpenSSH's usual files", example: "[./known_hosts]",
    "Files with known host keys, in OpenSSH's format.")
  static let jump = Key(
    "jump", JumpKeys.kind, example: TextShape.jump.example,
    "Host to go through, as with `ssh -J`. It never sees the node's password.")
  static let password = Key(
    "password", Kind<Secret<String>>.secret, example: "${RACK_PASSWORD}",
    "Login password, if keys cannot be used. Only a variable of the environment.")

  static let kind = Kind<SSHSection>.object(
    "ssh", "How to log in.", keys: [user, port, identityFiles, hostKeys, knownHosts, jump, password]
  ) { fields in
    SSHSection(
      user: fields[user], port: fields[port].map { UInt16($0) }, identityFiles: fields[identityFiles],
      hostKeys: fields[hostKeys], knownHosts: fields[knownHosts], jump: fields[jump], password: fields[password])
  }
}

enum JumpKeys {
  static let host = Key(
    "host", Kind<String>.text(.host), required: true, example: "gateway.example", "Name or address of the jump host.")
  static let user = Key("user", Kind<String>.text(.user), fallback: "the node's", "Login user there.")
  static let port = Key("port", Kind<Int>.integer(1...65535), fallback: "22", "TCP port of its SSH server.")
  static let identityFiles = Key(
    "identityFiles", Kind<String>.path.list(), fallback: "the node's, and the agent's keys",
    example: "[~/.ssh/gateway]", "Private keys for the jump host alone.")
  static let password = Key(
    "password", Kind<Secret<String>>.secret, example: "${RACK_GATEWAY_PASSWORD}",
    "Login password of the jump host, if keys cannot be used. Only a variable of the environment.")

  static let kind = Kind<JumpHost>.either(
    .text(.jump) { text, _ in JumpHost(text) },
    .object(
      "a jump host", "A host to go through, with a login of its own.",
      keys: [host, user, port, identityFiles, SSHKeys.hostKeys, SSHKeys.knownHosts, password]
    ) { fields in
      fields[host].map { host in
        JumpHost(
          host: host, user: fields[user], port: fields[port].map { UInt16($0) },
          identityFiles: fields[identityFiles] ?? [],
          hostKeys: fields[SSHKeys.hostKeys] ?? [], knownHosts: fields[SSHKeys.knownHosts] ?? [],
          password: fields[password])
      }
    })
}

enum SudoKeys {
  static let password = Key(
    "password", Kind<Secret<String>>.secret, required: true, example: "${RACK_PASSWORD}",
    "The login user's password for sudo. Only a variable of the environment.")

  private enum Word: String, Sendable { case passwordless, ask, none }

  static let kind = Kind<Sudo>.either(
    Kind<Word>.choice([
      (.passwordless, "sudo asks for no password."),
      (.ask, "hearth asks for the password once per run."),
      (.none, "The login user is root already."),
    ]).map { word in
      switch word {
      case .passwordless: .passwordless
      case .ask: .ask
      case .none: .none
      }
    },
    .object("sudo", "A password from the environment.", keys: [password]) { fields in
      fields[password].map { .password($0) }
    })
}

enum ProxyKeys {
  private static let url = Kind<String>.text(.proxy)

  static let http = Key(
    "http", url, required: true, example: "http://proxy.example:3128",
    "For packages and images over HTTP. A password belongs into the environment: `http://me:${PROXY_PASSWORD}@proxy:3128`."
  )
  static let https = Key("https", url, fallback: "that of `http`", "For what is fetched over HTTPS.")
  static let exceptions = Key(
    "except", Kind<String>.text(.proxyException).list(), example: "[.example.com, 192.168.0.0/16]",
    "What is reached without it, beside the nodes, the pods and the Services, which hearth adds itself.")

  static let kind = Kind<ProxySettings>.either(
    url.map { ProxySettings(http: $0) },
    .object("the proxy", "A proxy for each kind, and what goes past it.", keys: [http, https, exceptions]) { fields in
      fields[http].map { ProxySettings(http: $0, https: fields[https], exceptions: fields[exceptions] ?? []) }
    })
}
