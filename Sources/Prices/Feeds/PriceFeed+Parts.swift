import Diagnostics
import Foundation
import JSONStream
import Units

/// Providers that sell processors and memory apart: instances are put together from both.
extension PriceFeed {
  static let oracle = PriceFeed(
    Provider(id: "oracle", name: "Oracle Cloud", url: "https://www.oracle.com/cloud/price-list/"),
    server: "https://apexapps.oracle.com", patterns: ["items.*"],
    requests: { [PriceRequest("\($0.server)/pls/apex/cetools/api/v1/products/?currencyCode=USD")] },
    finish: { page in
      for (kind, processors, isArm) in [("A1", 1, true), ("E4", 2, false), ("E5", 2, false)] {
        guard let cpu = page.parts["\(kind) OCPU"], let memory = page.parts["\(kind) Memory"] else { continue }
        if let family = KnownFamilies.family("oracle", "VM.Standard.\(kind).Flex") {
          page.flexible.append(
            FlexibleOffer(
              provider: "oracle", name: "VM.Standard.\(kind).Flex", region: "all",
              architecture: isArm ? .arm64 : .amd64,
              family: family, vcpusPerProcessor: processors, processor: cpu, memory: memory,
              free: page.allowances[kind]))
        }
        for (ocpus, gibibytes) in [(1, 4), (1, 8), (2, 8), (2, 16), (4, 8), (4, 16), (4, 24), (8, 32)] {
          var quote = cpu
          quote.money = cpu.money * Decimal(ocpus) + memory.money * Decimal(gibibytes)
          quote.source.note =
            "\(cpu.money.amount.brief) an OCPU x \(ocpus) + \(memory.money.amount.brief) a GB x \(gibibytes)"
          let name = "VM.Standard.\(kind).Flex \(ocpus) OCPU \(gibibytes) GB"
          page.instances.append(
            InstanceOffer(
              provider: "oracle", name: name, region: "all", architecture: isArm ? .arm64 : .amd64,
              // One OCPU of an x86 machine is a core with two threads, of an Ampere A1 one core.
              vcpus: ocpus * processors, memory: Gibibytes(Decimal(gibibytes)),
              family: KnownFamilies.family("oracle", name), quote: quote))
        }
      }
    },
    take: { _, field, _, page throws(HearthError) in
      let name = try field("displayName").text()
      guard let match = name.firstMatch(of: /Compute - (?:Ampere |Standard - )?(A1|E4|E5) - (OCPU|Memory)$/) else {
        return
      }
      for local in try field("currencyCodeLocalizations").elements() where try local("currencyCode").text() == "USD" {
        // The first of several tiers may be the free allowance, at a price of 0.
        for tier in try local("prices").elements() {
          let value = try tier("value")
          if try value.decimal() == 0, let most = try tier.optional("rangeMax")?.decimal(), most < 1_000_000 {
            let kind = String(match.1)
            var free = page.allowances[kind] ?? FlexibleOffer.Allowance(processorHours: 0, gibibyteHours: 0)
            if match.2 == "OCPU" { free.processorHours = most } else { free.gibibyteHours = most }
            page.allowances[kind] = free
          }
          guard try value.decimal() > 0, let quote = try page.quote(value, .usd, per: .hour) else { continue }
          page.parts["\(match.1) \(match.2)"] = quote
        }
      }
      if page.parts["\(match.1) \(match.2)"] == nil { page.skip("with a price of 0, which is missing and not free") }
    })

  /// Google's catalogue of SKUs: a price is whole units and billionths.
  static let gcp = PriceFeed(
    Provider(id: "gcp", name: "Google Cloud", url: "https://cloud.google.com/compute/all-pricing"),
    server: "https://cloudbilling.googleapis.com", tokenVariable: "GOOGLE_API_KEY",
    patterns: ["skus.*", "nextPageToken"],
    requests: { settings in
      [
        PriceRequest(
          "\(settings.server)/v1/services/6F81-5844-456A/skus?currencyCode=USD&pageSize=5000",
          headers: settings.token.map { ["X-Goog-Api-Key": $0] } ?? [:])
      ]
    },
    finish: { page in
      for (kind, name, vcpus, gibibytes) in gcpShapes {
        for region in gcpRegions {
          for (usage, term) in [("OnDemand", InstanceOffer.Term.onDemand), ("Preemptible", .preemptible)] {
            guard let cpu = page.parts["\(kind) Core \(region) \(usage)"],
              let ram = page.parts["\(kind) Ram \(region) \(usage)"]
            else { continue }
            var quote = cpu
            quote.money = cpu.money * Decimal(vcpus) + ram.money * Decimal(gibibytes)
            quote.source.note =
              "\(cpu.money.amount.brief) a vCPU x \(vcpus) + \(ram.money.amount.brief) a GiB x \(gibibytes)"
            page.instances.append(
              InstanceOffer(
                provider: "gcp", name: name, region: region, architecture: kind == "T2A" ? .arm64 : .amd64,
                vcpus: vcpus,
                memory: Gibibytes(Decimal(gibibytes)), family: KnownFamilies.family("gcp", name), term: term,
                quote: quote))
          }
        }
      }
    },
    take: { pattern, field, _, page throws(HearthError) in
      if pattern == 1 {
        let token = try field.text()
        if !token.isEmpty { page.next = page.document.replacing(/&pageToken=.*/, with: "") + "&pageToken=\(token)" }
        return
      }
      let name = try field("description").text()
      guard
        let match = name.firstMatch(
          of: /^(?:Spot Preemptible )?(E2|N2|N2D|T2A)(?: AMD| Arm)? Instance (Core|Ram) running/)
      else { return }
      let usage = try field("category")("usageType").text()
      var regions: [String] = []
      for region in try field("serviceRegions").elements() { regions.append(try region.text()) }
      regions.removeAll { !gcpRegions.contains($0) }
      guard !regions.isEmpty, let pricing = try field("pricingInfo").elements().last else { return }
      let rates = try pricing("pricingExpression")("tieredRates").elements()
      guard let rate = rates.last else { return page.skip("without a price") }
      let unit = try rate("unitPrice")
      let whole = try unit.optional("units")?.decimal() ?? 0
      let amount = whole + (try unit.optional("nanos")?.decimal() ?? 0) / 1_000_000_000
      let money = Money(amount, try FeedPage.currency(try unit("currencyCode")))
      guard let quote = Quote(money, per: .hour, tax: .net, source: page.source) else {
        return page.skip("with a price of 0, which is missing and not free")
      }
      for region in regions { page.parts["\(match.1) \(match.2) \(region) \(usage)"] = quote }
    })

  private static let gcpRegions = ["us-central1", "us-east1", "europe-west3", "europe-west4"]

  private static let gcpShapes: [(kind: String, name: String, vcpus: Int, gibibytes: Int)] = [
    ("E2", "e2-standard-2", 2, 8), ("E2", "e2-standard-4", 4, 16), ("E2", "e2-standard-8", 8, 32),
    ("E2", "e2-highcpu-4", 4, 4), ("N2", "n2-standard-2", 2, 8), ("N2", "n2-standard-4", 4, 16),
    ("N2D", "n2d-standard-2", 2, 8), ("N2D", "n2d-standard-4", 4, 16), ("T2A", "t2a-standard-1", 1, 4),
    ("T2A", "t2a-standard-2", 2, 8), ("T2A", "t2a-standard-4", 4, 16), ("T2A", "t2a-standard-8", 8, 32),
  ]
}

/// Which instance types run on processors that were measured (inventory/prices/families.yaml), by the providers' naming.
enum KnownFamilies {
  private static let prefixes: [String: [(prefix: String, family: String)]] = [
    "aws": [
      ("a1.", "graviton"), ("t4g.", "graviton2"), ("m6g.", "graviton2"), ("c6g.", "graviton2"), ("r6g.", "graviton2"),
    ],
    "azure": [
      ("B2p", "ampere-altra"), ("B4p", "ampere-altra"), ("B8p", "ampere-altra"), ("D2ps v5", "ampere-altra"),
      ("D4ps v5", "ampere-altra"), ("D8ps v5", "ampere-altra"), ("D2pls v5", "ampere-altra"),
      ("D4pls v5", "ampere-altra"), ("D8pls v5", "ampere-altra"),
    ],
    "gcp": [("t2a-", "ampere-altra")],
    "hetzner": [("cax", "ampere-altra")],
    "oracle": [("VM.Standard.A1.", "ampere-altra")],
    "scaleway": [("COPARM1-", "ampere-altra")],
  ]

  static func family(_ provider: String, _ name: String) -> String? {
    prefixes[provider]?.first { name.hasPrefix($0.prefix) }?.family
  }
}
