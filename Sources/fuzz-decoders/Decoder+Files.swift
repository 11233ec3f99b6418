#if DEBUG
  @testable import Artifacts
  @testable import Bootstrap
  @testable import Cost
  import Diagnostics
  import Foundation
  @testable import Inventory
  @testable import PKI
  @testable import Prices
  @testable import Provision
  @testable import SSH
  @testable import Smoke
  import Templates
  import Units
  import Untrusted

  /// Files that people have from elsewhere.
  extension Decoder {
    static let files: [Decoder] = [
      knownHosts, sshConfig, keyFile, inventory, lock, priceFile, series, resourceFile, kubeconfig, certificate, age,
      backupTar, elf, webAssembly, text,
    ]

    private static let knownHosts = Decoder(
      name: "known_hosts",
      seeds: [
        "github.com,140.82.121.4 ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl\n",
        "@revoked * ssh-rsa AAAA\r\n@cert-authority *.lan ssh-ed25519 AAAA x\r\n",
        "|1|F1E1KeoE/eEWhi10WpGv4OdiO6Y=|3988QV0VE8wmZL7suNrYQLITLCg= ssh-ed25519 AAAA\n[n1]:2222 ssh-ed25519 AAAA\n# x\n",
      ]
    ) { bytes in
      _ = KnownHosts.parse(bytes.text, file: "known_hosts")
    }

    private static let sshConfig = Decoder(
      name: "ssh_config",
      seeds: [
        "Host n1 n2\n  HostName 10.0.0.1\n  User pi\n  Port 2222\n  IdentityFile ~/.ssh/%h\nMatch host *.lan\n  ProxyJump a@b:22\n",
        "Host=\"a b\"\r\nPort = 22\r\n\tUser x # no\r\nHost *\r\n  IdentitiesOnly yes\r\n", "Host !a *\nPort -1\n",
      ]
    ) { bytes in
      _ = SSHConfig(bytes.text)
    }

    private static let keyFile = Decoder(
      name: "ssh-keys",
      seeds: [
        """
        -----BEGIN OPENSSH PRIVATE KEY-----
        b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
        QyNTUxOQAAACCzPq7zfqLffKoBDe/eo04kH2XxtSmk9D7RQyf1xUqrYgAAAJgAIAxdACAM
        XQAAAAtzc2gtZWQyNTUxOQAAACCzPq7zfqLffKoBDe/eo04kH2XxtSmk9D7RQyf1xUqrYg
        AAAEC2BsIi0QwW2uFscKTUUXNHLsYX4FxlaSDSblbAj7WR7bM+rvN+ot98qgEN796jTiQf
        ZfG1KaT0PtFDJ/XFSqtiAAAAEHVzZXJAZXhhbXBsZS5jb20BAgMEBQ==
        -----END OPENSSH PRIVATE KEY-----

        """, "-----BEGIN RSA PRIVATE KEY-----\nMIIB\n-----END RSA PRIVATE KEY-----\n", "PuTTY-User-Key-File-3: x\n",
      ]
    ) { bytes in
      _ = try? PrivateKeyFile(bytes.text, path: "id")
    }

    private static let inventory = Decoder(
      name: "inventory",
      seeds: [
        "cluster: &c {name: home, kubernetes: v1.36.3}\nnodes:\n  - {name: n1, address: 10.0.0.1, roles: [control-plane]}\n",
        "a: &a [x]\nb: &b [*a, *a]\nc: {<<: *b, ? [*b] : y}\n",
      ], files: ["inventory/*.yaml", "Tests/InventoryTests/Cases/*.yaml"]
    ) { bytes in
      let text = bytes.text
      guard let rack = try? InventoryFile.decode(text: text, file: "x.yaml", environment: ["A": "b"]) else { return }
      precondition(rack.nodes.allSatisfy { NamePattern.dnsSubdomain.accepts($0.name) })
      let edit = InventoryEdit(text: text, file: "x.yaml", environment: [:])
      if let last = rack.nodes.last { _ = try? edit.removing(last.name) }
    }

    private static let lock = Decoder(name: "lock", files: ["templates/artifacts.lock.yaml"]) { bytes in
      _ = try? ArtifactLock(yaml: bytes.text, file: "artifacts.lock.yaml").yaml()
    }

    private static let priceFile = Decoder(
      name: "price-file", files: ["Tests/CostTests/Cases/prices.yaml", "Tests/PricesTests/Fixtures/*.yaml"]
    ) { bytes in
      _ = try? PriceFile.decode(bytes.text, file: "prices.yaml")
    }

    private static let series = Decoder(
      name: "price-series", seeds: ["time,price\n2026-01-31T13:00:00Z,0.2541\n2026-01-31T14:00:00Z;\"0.3\"\r\n# x\n"]
    ) { bytes in
      guard let euro = Currency("EUR") else { return }
      _ = try? PriceSeries.parse(bytes.text, file: "prices.csv", currency: euro)
    }

    private static let resourceFile = Decoder(
      name: "resource-file",
      seeds: [
        "items:\n  - file: /etc/x\n    content: a\n    mode: \"0644\"\n  - packages: [a, b=1]\n  - sysctl: a.b\n    value: 1\n"
      ]
    ) { bytes in
      _ = try? ResourceFile.parse(bytes.text, file: "x.yaml")
    }

    private static let kubeconfig = Decoder(
      name: "kubeconfig",
      seeds: [
        "apiVersion: v1\nkind: Config\nclusters:\n- name: a\n  cluster: {server: https://a}\nusers: []\ncontexts: null\ncurrent-context: a\n",
        "a: &a [x]\nclusters: [*a, *a]\n",
      ]
    ) { bytes in
      _ = try? KubeconfigMerge.merged("clusters: [{name: b}]\ncurrent-context: b\n", into: bytes.text)
      _ = try? KubeconfigMerge.merged(bytes.text, into: "clusters: [{name: b}]\n")
      _ = try? JSONValue.documents(yaml: bytes.text)
    }

    private static let certificate = Decoder(
      name: "pem-der",
      // One for the name `fuzz`; its key was thrown away.
      seeds: [
        """
        -----BEGIN CERTIFICATE-----
        MIIBdDCCARmgAwIBAgIUMtpKG65FDj8PnTjGdcCjfw5KUXwwCgYIKoZIzj0EAwIw
        DzENMAsGA1UEAwwEZnV6ejAeFw0yNjExMzAyMDMyNDNaFw0zNjExMjcyMDMyNDNa
        MA8xDTALBgNVBAMMBGZ1enowWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATZbIJf
        qlFOyVYowAOIa0xb6YCRQbtXRtBYslKtPHeqK4Irz+JlsB6nK/KNdLl0pQ5T6aCn
        4kAVB3haSzFzXrVKo1MwUTAdBgNVHQ4EFgQUZX7rIsK4UhXtCY9MVGGPbw6nvYAw
        HwYDVR0jBBgwFoAUZX7rIsK4UhXtCY9MVGGPbw6nvYAwDwYDVR0TAQH/BAUwAwEB
        /zAKBggqhkjOPQQDAgNJADBGAiEA3i0TyQe9nHBL5x/CtFS2qoyBYYDK4RRGsMss
        E1V9zVkCIQDXfDt399TeyayrdvYYT29qKTpXVpNnLcl0pOlZ8PnUzg==
        -----END CERTIFICATE-----

        """, "261130194006Z", "20261130194006Z",
      ]
    ) { bytes in
      let text = bytes.text
      _ = CertificateExpiry.notAfter(pem: text)
      _ = CertificateExpiry.seconds(text, utcTime: bytes.count % 2 == 0)
      // The same mutations behind the encoding.
      let pem = "-----BEGIN CERTIFICATE-----\n\(Data(bytes).base64EncodedString())\n-----END CERTIFICATE-----\n"
      _ = CertificateExpiry.notAfter(pem: pem)
      _ = try? CertificateAuthority(certificatePEM: text, keyPEM: Secret(text))
      _ = try? CertificateAuthority(certificatePEM: pem, keyPEM: Secret(text))
      var reader = DERReader(bytes[...])
      while reader.next() != nil {}
    }

    private static let age = Decoder(
      name: "age",
      seeds: [
        "age-encryption.org/v1\n-> scrypt AAAAAAAAAAAAAAAAAAAAAA 1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n--- AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n"
      ], files: ["Tests/PKITests/Fixtures/*.age"]
    ) { bytes in
      // The work that a header may ask for is what takes the time, and is bounded elsewhere.
      let words = bytes.text.byteLines.dropFirst().first?.split(separator: " ") ?? []
      if words.count == 4, let factor = Int(checked: words[3]), (8...64).contains(factor) { return }
      await withFile(bytes) { path in
        _ = try? AgeFile.decrypt(path, to: path + ".plain", passphrase: Secret("x"))
        try? FileManager.default.removeItem(atPath: path + ".plain")
      }
    }

    private static let backupTar = Decoder(name: "backup-tar", seeds: [tar]) { bytes in
      guard bytes.count >= 512 else { return }
      // With the sum that its first header wants, or nothing behind that would ever be read.
      var bytes = bytes
      bytes.replaceSubrange(148..<156, with: repeatElement(UInt8(ascii: " "), count: 8))
      let sum = String(bytes[..<512].reduce(0) { $0 + Int($1) }, radix: 8)
      bytes.replaceSubrange(148..<(148 + sum.utf8.count), with: sum.utf8)
      await withFile(bytes) { path in
        guard let tar = try? BackupTar(path) else { return }
        for name in tar.names.prefix(20) { _ = try? tar.bytes(name) }
      }
    }

    private static let elf = Decoder(
      name: "elf",
      seeds: [
        "\u{7F}ELF\u{2}\u{1}\u{1}" + String(repeating: "\u{0}", count: 11) + ">" + String(repeating: "\u{0}", count: 13)
          + "@"
          + String(repeating: "\u{0}", count: 21) + "8\u{0}\u{2}\u{0}"
          + String(repeating: "\u{1}\u{0}\u{0}\u{0}", count: 40)
      ]
    ) { bytes in
      _ = ELFHeader(bytes)
    }

    private static let webAssembly = Decoder(
      name: "wasm", seeds: ["\u{0}asm\u{1}\u{0}\u{0}\u{0}", "\u{0}asm\u{D}\u{0}\u{1}\u{0}"],
      files: ["templates/wasm/*.wasm"]
    ) { bytes in
      _ = WebAssemblyFile(header: bytes)
      await withFile(bytes) { path in _ = try? WebAssemblyFile(contentsOf: path) }
    }

    /// The door itself: whatever goes in, nothing that acts comes out.
    private static let text = Decoder(
      name: "text", seeds: ["a\u{1B}[2J\r\nb\u{202E}\u{85}\tc\n", "{\"a\": \"\u{1B}\u{202E}\u{E0041}\"}", "é漢🙂"]
    ) { bytes in
      let text = bytes.text
      for scalar in text.visibleLine.unicodeScalars {
        let category = scalar.properties.generalCategory
        precondition(![.control, .format, .lineSeparator, .paragraphSeparator].contains(category))
      }
      precondition(text.visible.unicodeScalars.allSatisfy { $0.value >= 0x20 || $0 == "\n" || $0 == "\t" })
      precondition(text.visible.visible == text.visible)
      precondition(text.bounded(10).unicodeScalars.count <= 60)
      precondition(text.lineFeedParts.joined(separator: "\n").utf8.elementsEqual(text.utf8))
      precondition(text.byteLines.count == ByteLines.split(Array(text.utf8)).count)
      _ = try? PlainText(bytes, file: "x")
      _ = PlainText.oddSpaces(in: text)
      // Foundation takes bytes with zeros among them for UTF-16, and then they are other JSON.
      if !bytes.contains(0),
        let value = try? JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed) as? NSObject
      {
        let shown = try? JSONSerialization.jsonObject(with: Data(text.visibleJSON.utf8), options: .fragmentsAllowed)
        precondition(value.isEqual(shown))
      }
    }
  }
#else
  extension Decoder { static let files: [Decoder] = [] }
#endif
