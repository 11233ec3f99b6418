import Diagnostics
import Foundation
import JSONStream
import Units

extension PriceFeed {
  /// Types with their prices, and a second document for what is sold besides. Prices are decimal texts, net and gross.
  static let hetzner = PriceFeed(
    Provider(id: "hetzner", name: "Hetzner Cloud", url: "https://www.hetzner.com/cloud"),
    server: "https://api.hetzner.cloud", tokenVariable: "HCLOUD_TOKEN", scope: ListScope("hetzner"),
    patterns: [
      "server_types.*", "meta.pagination.next_page", "pricing.currency", "pricing.volume", "pricing.primary_ips.*",
      "pricing.load_balancer_types.*",
    ],
    requests: { settings in
      let headers = settings.token.map { ["Authorization": "Bearer \($0)"] } ?? [:]
      return [
        PriceRequest("\(settings.server)/v1/pricing", headers: headers),
        PriceRequest("\(settings.server)/v1/server_types?per_page=50&page=1", headers: headers),
      ]
    },
    take: { pattern, field, _, page throws(HearthError) in
      let currency = page.currency ?? .eur
      switch pattern {
      case 0: try takeHetznerType(field, currency, &page)
      case 1:
        guard field.value != .null else { return }
        page.next = page.document.replacing(/&page=[0-9]+/, with: "&page=\(try field.integer())")
      case 2: page.currency = try FeedPage.currency(field)
      case 3:
        let price = try field("price_per_gb_month")("net")
        guard let quote = try page.quote(price, currency, per: .gigabyteMonth) else { return }
        page.services.append(
          ServiceOffer(provider: "hetzner", kind: .blockStorage, name: "Volume", region: "all", quote: quote))
      case 4:
        guard try field("type").text() == "ipv4" else { return }
        try takeHetznerPlaces(field, .publicIPv4, "Primary IPv4", currency, &page)
      default: try takeHetznerPlaces(field, .loadBalancer, try field("name").text().uppercased(), currency, &page)
      }
    })

  private static func takeHetznerType(
    _ type: JSONField, _ currency: Currency, _ page: inout FeedPage
  ) throws(HearthError) {
    let name = try type("name").text()
    let isArm = try type("architecture").text() == "arm"
    let isGone = try type.optional("deprecation") != nil
    let places = try hetznerPlaces(type, page.day)
    for place in try type("prices").elements() {
      let availability = places[try place("location").text()] ?? .orderable
      guard let quote = try page.quote(try place("price_monthly")("net"), currency, per: .month) else { continue }
      let traffic = try place.optional("included_traffic")?.decimal()
      page.instances.append(
        InstanceOffer(
          provider: "hetzner", name: name, region: try place("location").text(), architecture: isArm ? .arm64 : .amd64,
          vcpus: try type("cores").integer(), memory: Gibibytes(try type("memory").decimal()),
          family: KnownFamilies.family("hetzner", name), availability: isGone ? .notOrderable : availability,
          included: InstanceOffer.Inclusions(
            publicIPv4: false, disk: Gigabytes(try type("disk").decimal()),
            egress: traffic.map { Gigabytes($0 / 1_000_000_000) }), quote: quote))
    }
  }

  /// Whether a type can be had, by location: sold out or withdrawn there is not orderable; announced to end is limited.
  private static func hetznerPlaces(_ type: JSONField, _ today: Day?) throws(HearthError) -> [String: Availability] {
    var result: [String: Availability] = [:]
    for location in try type.optional("locations")?.elements() ?? [] {
      let name = try location("name").text()
      if let available = try location.optional("available"), try !available.boolean() { result[name] = .notOrderable }
      guard let deprecation = try location.optional("deprecation") else { continue }
      let end = try deprecation.optional("unavailable_after")?.text() ?? ""
      let isOver = Day(end.prefix(10)).flatMap { day in today.map { day <= $0 } } ?? false
      if isOver { result[name] = .notOrderable } else if result[name] == nil { result[name] = .limited }
    }
    return result
  }

  private static func takeHetznerPlaces(
    _ field: JSONField, _ kind: ServiceOffer.Kind, _ name: String, _ currency: Currency, _ page: inout FeedPage
  ) throws(HearthError) {
    for place in try field("prices").elements() {
      guard let quote = try page.quote(try place("price_monthly")("net"), currency, per: .month) else { continue }
      page.services.append(
        ServiceOffer(provider: "hetzner", kind: kind, name: name, region: try place("location").text(), quote: quote))
    }
  }
}
