import CLibSSH2
import Diagnostics

/// The algorithms that hearth offers, best first: what OpenSSH offers by default today and libssh2 has. No SHA-1, no
/// CBC, no groups below 2048 bits. See RFC 9142 for key exchange.
enum Algorithms: CaseIterable {
  case keyExchange, hostKey, cipherToHost, cipherFromHost, macToHost, macFromHost

  var names: [String] {
    switch self {
    case .keyExchange:
      [
        "curve25519-sha256", "curve25519-sha256@libssh.org", "ecdh-sha2-nistp256", "ecdh-sha2-nistp384",
        "ecdh-sha2-nistp521", "diffie-hellman-group16-sha512", "diffie-hellman-group18-sha512",
        "diffie-hellman-group14-sha256",
      ]
    case .hostKey: HostKey.usableTypes
    case .cipherToHost, .cipherFromHost:
      ["aes128-ctr", "aes192-ctr", "aes256-ctr", "aes128-gcm@openssh.com", "aes256-gcm@openssh.com"]
    case .macToHost, .macFromHost:
      ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com", "hmac-sha2-256", "hmac-sha2-512"]
    }
  }

  /// libssh2's number for the list.
  var method: Int32 {
    switch self {
    case .keyExchange: LIBSSH2_METHOD_KEX
    case .hostKey: LIBSSH2_METHOD_HOSTKEY
    case .cipherToHost: LIBSSH2_METHOD_CRYPT_CS
    case .cipherFromHost: LIBSSH2_METHOD_CRYPT_SC
    case .macToHost: LIBSSH2_METHOD_MAC_CS
    case .macFromHost: LIBSSH2_METHOD_MAC_SC
    }
  }

  /// As part of a sentence: "no key exchange in common".
  var title: String {
    switch self {
    case .keyExchange: "key exchange"
    case .hostKey: "host key algorithm"
    case .cipherToHost, .cipherFromHost: "cipher"
    case .macToHost, .macFromHost: "MAC"
    }
  }

  /// What makes the lists meet, on the host.
  func remedy(libraryVersion: String) -> String {
    switch self {
    case .keyExchange:
      "Update the host's OpenSSH (hearth offers no SHA-1), or add `KexAlgorithms +curve25519-sha256` to "
        + "/etc/ssh/sshd_config there, then: systemctl restart ssh"
    case .hostKey:
      "Usually the host has only an RSA host key, which libssh2 \(libraryVersion) cannot use: "
        + "run `sudo ssh-keygen -A && sudo systemctl restart ssh` on the host, which adds an ed25519 key"
    case .cipherToHost, .cipherFromHost:
      "Add `Ciphers +aes256-ctr` to /etc/ssh/sshd_config on the host, then: systemctl restart ssh; libssh2 "
        + "\(libraryVersion) has neither AES-GCM (from 1.11) nor ChaCha20"
    case .macToHost, .macFromHost:
      "Add `MACs +hmac-sha2-256` to /etc/ssh/sshd_config on the host, then: systemctl restart ssh"
    }
  }
}

/// The lists of algorithms that a host offers (RFC 4253, 7.1), read from the first bytes that it sends.
struct AlgorithmOffer: Equatable {
  /// `SSH-2.0-…`
  let greeting: String
  private let lists: [[String]]

  /// Nil when the bytes are not those of an SSH server, or too few.
  init?(opening: [UInt8]) {
    var rest = opening[...]
    var greeting: String?
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      let line = rest[..<end].filter { $0 != UInt8(ascii: "\r") }
      rest = rest[(end + 1)...]
      if line.starts(with: Array("SSH-".utf8)) {
        greeting = String(decoding: line, as: UTF8.self)
        break
      }
    }
    guard let greeting else { return nil }
    self.greeting = greeting
    var packet = WireReader(rest)
    // Length, length of the padding, the number of the message, a cookie.
    guard packet.uint32() != nil, packet.byte() != nil, packet.byte() == 20, packet.bytes(16) != nil else { return nil }
    var lists: [[String]] = []
    for _ in Algorithms.allCases {
      guard let list = packet.string() else { return nil }
      lists.append(String(decoding: list, as: UTF8.self).split(separator: ",").map(String.init))
    }
    self.lists = lists
  }

  func names(_ kind: Algorithms) -> [String] { Algorithms.allCases.firstIndex(of: kind).map { lists[$0] } ?? [] }

  /// The first list that has nothing in common with what is offered here. A cipher that authenticates needs no MAC.
  func mismatch(with offered: [Algorithms: [String]]) -> Algorithms? {
    Algorithms.allCases.first { kind in
      guard let own = offered[kind] else { return false }
      return Set(own).isDisjoint(with: names(kind))
    }
  }
}
