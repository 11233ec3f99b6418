import Diagnostics
package import Schema

extension TextShape {
  package static let dnsLabel: TextShape = .init(
    expected: "a DNS label: lower-case letters, digits and inner hyphens, at most 63", example: "pi1",
    pattern: "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?"
  ) { text in
    let form = text.lowercased().map { $0 == "_" || $0 == " " || $0 == "." ? "-" : String($0) }.joined()
    return form != text && dnsLabel.matches(form) ? Advice("did you mean `\(form)`?") : nil
  }

  static let domain = TextShape(
    expected: "a DNS domain such as cluster.local", example: "cluster.local",
    pattern: #"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?(\.[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?){0,9}"#)

  package static let host = TextShape(
    expected: "a host name or an IPv4 address", example: "192.168.1.10",
    pattern: #"[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-a-zA-Z0-9]{0,61}[a-zA-Z0-9])?){0,9}"#)

  private static let byte = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"

  package static let address = TextShape(
    expected: "an IPv4 address such as 192.168.1.11", example: "192.168.1.11",
    pattern: #"(\#(byte)\.){3}\#(byte)"#
  ) { text in
    if text.contains(":") { return Advice("hearth knows IPv4 only: give the host an IPv4 address") }
    guard text.contains(where: \.isLetter), host.matches(text) else { return nil }
    return Advice("write the address that this name stands for", command: "getent ahostsv4 \(text.shellQuoted)")
  }

  static let addressRange = TextShape(
    expected: "an IPv4 address, or a range such as 192.168.1.200-219", example: "192.168.1.200-219",
    pattern: #"(\#(byte)\.){3}\#(byte)(-(\#(byte)\.){3}\#(byte)|-\#(byte))?"#)

  static let network: TextShape = .init(
    expected: "an IPv4 network such as 10.244.0.0/16", example: "10.244.0.0/16",
    pattern: #"(\#(byte)\.){3}\#(byte)/(3[0-2]|[12]?[0-9])"#
  ) { text in
    guard network.matches(text) else {
      return address.matches(text) ? Advice("add its prefix, such as \(text)/16") : nil
    }
    let parts = text.split(separator: "/")
    guard parts.count == 2, let address = IPv4Address(String(parts[0])), let prefix = Int(parts[1]) else { return nil }
    let base = IPv4Address(bits: address.bits & IPv4Network.mask(prefix))
    return Advice("\(text) is an address inside a network: did you mean `\(base)/\(prefix)`?")
  }

  static let kubernetes: TextShape = .init(
    expected: "a Kubernetes version such as v1.36.2", example: "v1.36.2",
    pattern: #"v?[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"#
  ) { text in
    kubernetes.matches(text + ".0") ? Advice("give all three numbers, such as \(KubernetesVersion.current)") : nil
  }

  static let partVersion = TextShape(
    expected: "a version of three numbers such as 2.3.4", example: "2.3.4",
    pattern: #"v?[0-9]{1,4}\.[0-9]{1,4}\.[0-9]{1,4}"#)

  package static let url = TextShape(
    expected: "a URL that begins with http:// or https://", example: "https://mirror.example/k8s",
    pattern: #"https?://[^\s/]+(/[^\s]*)?"#)

  /// No blank, quote, semicolon or backslash: it goes into files of apt and systemd.
  static let proxy = TextShape(
    expected: "a proxy's URL such as http://proxy.example:3128", example: "http://proxy.example:3128",
    pattern:
      #"https?://([-A-Za-z0-9._~%!*+,=]+(:[-A-Za-z0-9._~%!*+,=]*)?@)?[A-Za-z0-9]([-A-Za-z0-9.]{0,252})(:[1-9][0-9]{0,4})?/?"#
  )

  static let proxyException = TextShape(
    expected: "a host name, a domain such as .example.com, an address or a network", example: ".example.com",
    pattern: #"[.*]?[A-Za-z0-9][-A-Za-z0-9.:]{0,252}(/[0-9]{1,3})?"#)

  static let user = TextShape(
    expected: "a Unix user name", example: "pi", pattern: "[a-zA-Z_][-a-zA-Z0-9_.]{0,31}")

  static let jump = TextShape(
    expected: "a jump host written as [user@]host[:port]", example: "admin@gateway.example:22",
    pattern: #"([a-zA-Z_][-a-zA-Z0-9_.]{0,31}@)?[a-zA-Z0-9][-a-zA-Z0-9.]{0,252}(:[1-9][0-9]{0,4})?"#)

  static let fingerprint = TextShape(
    expected: "a SHA-256 fingerprint as OpenSSH prints it: `SHA256:` and 43 characters",
    example: "SHA256:uNiVztksCsDhcc0u9e8BrrdxVRrDbKPAI/2PjFB3yIs", pattern: "SHA256:[A-Za-z0-9+/]{43}"
  ) { text in
    if text.hasPrefix("MD5:") {
      return Advice(
        "read it again with the SHA-256 hash",
        command: "ssh-keygen -l -E sha256 -f /etc/ssh/ssh_host_ed25519_key.pub")
    }
    return text.hasPrefix("SHA256:") && text.hasSuffix("=") ? Advice("leave out the `=` at its end") : nil
  }

  package static let hardware = TextShape(
    expected: "a name from the hardware catalogue such as pi4b-8gb", example: "pi4b-8gb",
    pattern: "[a-z0-9][-a-z0-9._]{0,62}")

  package static let words = TextShape(expected: "text", example: "top left", pattern: #"\S(.*\S)?"#)

  /// The name of a label or taint: an optional DNS domain and a slash, then at most 63 characters.
  private static let qualifiedName =
    #"((?![^/]{254})[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?"#
    + "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
  private static let value = "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?"

  static let labelName = TextShape(
    expected: "a label name such as disk or example.com/disk: letters, digits, `-`, `_` and `.`, at most 63",
    example: "disk", pattern: qualifiedName)

  static let labelValue = TextShape(
    expected: "a label value: letters, digits, `-`, `_` and `.`, at most 63", example: "ssd", pattern: value)

  static let taint = TextShape(
    expected: "a taint written as name=value:Effect or name:Effect, with NoSchedule, PreferNoSchedule or NoExecute",
    example: "dedicated=builds:NoSchedule",
    pattern: "\(qualifiedName)(=\(value))?:(NoSchedule|PreferNoSchedule|NoExecute)")
}
