#if DEBUG
  @testable import Artifacts
  import Diagnostics
  import Discovery
  import Foundation
  @testable import HTTP
  @testable import JSONStream
  @testable import Prices
  import Units
  import Untrusted

  /// What servers answer.
  extension Decoder {
    static let network: [Decoder] = [json, feeds, registry, image, multicastDNS, greeting]

    /// Three questions' answers of one Pi, with names that jump back.
    private static let multicastDNS = Decoder(
      name: "multicast-dns",
      seeds: [
        "\u{0}\u{0}\u{4}\u{0}\u{0}\u{0}\u{0}\u{1}\u{0}\u{0}\u{0}\u{0}\u{4}_ssh\u{4}_tcp\u{5}local\u{0}\u{0}\u{C}\u{0}\u{1}\u{0}\u{0}\u{0}\u{A}\u{0}\u{5}\u{3}pi1\u{0}",
        "\u{0}\u{0}\u{4}\u{0}\u{0}\u{0}\u{0}\u{2}\u{0}\u{0}\u{0}\u{0}\u{3}pi1\u{5}local\u{0}\u{0}!\u{0}\u{1}\u{0}\u{0}\u{0}\u{A}\u{0}\u{11}\u{0}\u{0}\u{0}\u{0}\u{0}\u{16}\u{3}pi1\u{5}local\u{0}"
          + "\u{3}pi1\u{5}local\u{0}\u{0}\u{1}\u{0}\u{1}\u{0}\u{0}\u{0}\u{A}\u{0}\u{4}\nM\u{0}\u{B}",
      ]
    ) { bytes in
      // With the bits that seeds of text cannot have: an answer, and jumps.
      var answer = bytes
      if answer.count > 2 { answer[2] |= 0x80 }
      for index in answer.indices where answer[index] == 0x3F { answer[index] = 0xC0 }
      for message in [bytes, answer].compactMap({ DNSMessage($0) }) {
        precondition(message.records.count <= DNSMessage.mostRecords)
        let networks = ["10.77.0.0/24", "192.168.0.0/22"].compactMap { ScanRange.network($0) }
        for host in Advertisement.all(in: [message], networks: networks) {
          precondition(host.addresses.allSatisfy { address in networks.contains { $0.contains(address) } })
          precondition(host.name.visibleLine == host.name)
        }
      }
    }

    private static let greeting = Decoder(
      name: "ssh-greeting", seeds: ["SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n", "Go away\r\nSSH-2.0-x y\n"]
    ) { bytes in
      if let greeting = Greeting(bytes) { precondition(greeting.software.visibleLine == greeting.software) }
    }

    private static let json = Decoder(
      name: "json",
      seeds: [
        #"{"a": [1, -2.5e10, "x\u00e9\ud83d\ude00", true, null, {}], "b": {"c": "d"}}"#, "[[[[[]]]]]", "1e5", "\"\"",
      ]
    ) { bytes in
      let whole = try? JSONValue(bytes)
      // In pieces of any size the scanner sees the same.
      var scanner = JSONScanner(patterns: [JSONPattern("a.*"), JSONPattern("b")]) { match in
        let field = JSONField(match.value, document: "x")
        _ = try? field.integer()
        _ = try? field.decimal()
      }
      var isWhole = true
      do throws(JSONMistake) {
        for start in stride(from: 0, to: bytes.count, by: 3) {
          try scanner.feed(bytes[start..<min(bytes.count, start + 3)])
        }
        try scanner.finish()
      } catch {
        isWhole = false
      }
      precondition(isWhole == (whole != nil))
    }

    private static let feeds = Decoder(
      name: "price-feeds",
      seeds: [
        #"{"Items": [{"currencyCode": "EUR", "retailPrice": 0.1, "armSkuName": "Standard_B2s", "armRegionName": "westeurope", "productName": "x", "meterName": "B2s", "unitOfMeasure": "1 Hour", "type": "Consumption"}], "NextPageLink": null}"#,
        #"{"server_types": [{"name": "cax11", "cores": 2, "memory": 4.0, "disk": 40, "architecture": "arm", "prices": [{"location": "fsn1", "price_monthly": {"net": "3.29"}, "price_hourly": {"net": "0.005"}}]}]}"#,
        #"{"data": [{"id": "g6-nanode-1", "vcpus": 1, "memory": 1024, "price": {"hourly": 0.0075, "monthly": 5.0}, "class": "nanode"}], "page": 1, "pages": 1}"#,
      ], files: ["Tests/PricesTests/Fixtures/*.json"]
    ) { bytes in
      await withFile(bytes) { path in
        for feed in PriceFeed.all {
          var page = FeedPage(provider: feed.provider)
          page.document = "feed"
          _ = try? feed.read(path, into: &page)
          feed.finish(&page)
        }
      }
    }

    private static let registry = Decoder(
      name: "registry",
      seeds: [
        #"Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a:pull""#,
        "registry.k8s.io/pause:3.10", #"{"manifests":[{"mediaType":"m","digest":"sha256:00","size":5}]}"#,
        "HTTP/1.1 206 Partial\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\nRetry-After: 120\r\n",
        "sha256:" + String(repeating: "a", count: 64),
      ]
    ) { bytes in
      let text = bytes.text
      _ = AuthenticationChallenge(text)?.url(for: "a", actions: "pull")
      _ = try? ImageReference(text).url()
      _ = try? JSONDecoder().decode(ImageIndex.self, from: Data(bytes))
      _ = Checksum(digest: text)
      _ = ContentRange(text)
      _ = RetryPolicy.seconds(retryAfter: text, now: Date(timeIntervalSince1970: 0))
      for line in text.split(separator: "\r\n") {
        _ = ContentRange(line.dropFirst(15).description)
        _ = RetryPolicy.seconds(retryAfter: line.dropFirst(13).description, now: Date(timeIntervalSince1970: 0))
      }
    }

    /// Slow, for `tar` is run for each input.
    private static let image = Decoder(name: "oci-tar", seeds: [tar]) { bytes in
      await withFile(bytes) { path in
        _ = try? await ImageArchive(path: path).inspect(for: [.arm64])
      }
    }

    /// An archive of two small files, as `tar` in its oldest format has them.
    static let tar: String = {
      func entry(_ name: String, _ content: String) -> String {
        func field(_ text: String, _ length: Int) -> String {
          text + String(repeating: "\u{0}", count: length - text.utf8.count)
        }
        let size = String(content.utf8.count, radix: 8)
        let before = field(name, 100) + field("0000644", 8) + field("0000000", 8) + field("0000000", 8)
        let middle = String(repeating: "0", count: 11 - size.count) + size + "\u{0}" + field("00000000000", 12)
        let after = "0" + String(repeating: "\u{0}", count: 355)
        let sum = (before + middle + "        " + after).utf8.reduce(0) { $0 + Int($1) }
        let digits = String(sum, radix: 8)
        let head = before + middle + String(repeating: "0", count: 6 - digits.count) + digits + "\u{0} " + after
        let rest = (512 - content.utf8.count % 512) % 512
        return head + content + String(repeating: "\u{0}", count: rest)
      }
      let config = #"{"architecture":"arm64","os":"linux","config":{"Cmd":["/app"]}}"#
      let list = #"[{"Config":"config.json","RepoTags":["a:1"],"Layers":["layer.tar"]}]"#
      return entry("config.json", config) + entry("manifest.json", list) + entry("layer.tar", entry("app", "x"))
        + String(repeating: "\u{0}", count: 1024)
    }()
  }
#else
  extension Decoder { static let network: [Decoder] = [] }
#endif
