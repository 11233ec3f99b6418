import Diagnostics
import Foundation
import JSONStream
import Units

extension PriceFeed {
  static let linode = PriceFeed(
    Provider(id: "linode", name: "Akamai Linode", url: "https://www.linode.com/pricing/"),
    server: "https://api.linode.com",
    scope: ListScope("linode", prefixes: ["g6-nanode", "g6-standard", "g6-dedicated"]),
    patterns: ["data.*", "page", "pages"],
    requests: { [PriceRequest("\($0.server)/v4/linode/types?page=1&page_size=100")] },
    take: { pattern, field, _, page throws(HearthError) in
      switch pattern {
      case 1: page.currentPage = try field.integer()
      case 2:
        let current = page.currentPage ?? 1
        if try field.integer() > current {
          page.next = page.document.replacing(/page=[0-9]+/, with: "page=\(current + 1)", maxReplacements: 1)
        }
      default:
        guard ["nanode", "standard", "dedicated"].contains(try field("class").text()) else {
          return page.skip("of other classes")
        }
        // A price may be null or 0 for types that are no longer sold.
        let price = try field.optional("price")
        guard let quote = try page.quote(try price?.optional("monthly"), .usd, per: .month) else { return }
        page.instances.append(
          InstanceOffer(
            provider: "linode", name: try field("id").text(), region: "all", architecture: .amd64,
            vcpus: try field("vcpus").integer(), memory: Gibibytes(try field("memory").decimal() / 1024),
            included: InstanceOffer.Inclusions(
              publicIPv4: true, disk: Gigabytes(try field("disk").decimal() / 1000),
              egress: Gigabytes(try field("transfer").decimal())), quote: quote))
      }
    })

  static let vultr = PriceFeed(
    Provider(id: "vultr", name: "Vultr", url: "https://www.vultr.com/pricing/"), server: "https://api.vultr.com",
    scope: ListScope("vultr", prefixes: ["vc2", "vhf", "vhp", "voc", "vdc"]),
    patterns: ["plans.*", "meta.links.next"],
    requests: { [PriceRequest("\($0.server)/v2/plans?per_page=500")] },
    take: { pattern, field, _, page throws(HearthError) in
      if pattern == 1 {
        let cursor = field.value == .null ? "" : try field.text()
        let encoded = cursor.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        if !cursor.isEmpty { page.next = page.document.replacing(/&cursor=.*/, with: "") + "&cursor=\(encoded)" }
        return
      }
      guard ["vc2", "vhf", "vhp", "voc", "vdc"].contains(try field("type").text()) else {
        return page.skip("of other types")
      }
      guard let quote = try page.quote(try field.optional("monthly_cost"), .usd, per: .month) else { return }
      let places = try field.optional("locations")?.elements().count
      page.instances.append(
        InstanceOffer(
          provider: "vultr", name: try field("id").text(), region: "all", architecture: .amd64,
          vcpus: try field("vcpu_count").integer(), memory: Gibibytes(try field("ram").decimal() / 1024),
          availability: places == 0 ? .notOrderable : .orderable,
          included: InstanceOffer.Inclusions(
            publicIPv4: true, disk: Gigabytes(try field("disk").decimal()),
            egress: Gigabytes(try field("bandwidth").decimal())), quote: quote))
    })

  static let digitalOcean = PriceFeed(
    Provider(id: "digitalocean", name: "DigitalOcean", url: "https://www.digitalocean.com/pricing/droplets"),
    server: "https://api.digitalocean.com", tokenVariable: "DIGITALOCEAN_TOKEN",
    scope: ListScope("digitalocean"),
    patterns: ["sizes.*", "links.pages.next"],
    requests: { settings in
      [
        PriceRequest(
          "\(settings.server)/v2/sizes?per_page=200",
          headers: settings.token.map { ["Authorization": "Bearer \($0)"] } ?? [:])
      ]
    },
    take: { pattern, field, _, page throws(HearthError) in
      if pattern == 1 { return page.next = try field.text() }
      let name = try field("slug").text()
      guard !name.hasPrefix("gpu") else { return page.skip("with graphics processors") }
      guard let quote = try page.quote(try field.optional("price_monthly"), .usd, per: .month) else { return }
      let isAvailable = try field("available").boolean()
      let regions = try field("regions").elements()
      page.instances.append(
        InstanceOffer(
          provider: "digitalocean", name: name, region: "all", architecture: .amd64,
          vcpus: try field("vcpus").integer(),
          memory: Gibibytes(try field("memory").decimal() / 1024),
          availability: isAvailable && !regions.isEmpty ? .orderable : .notOrderable,
          included: InstanceOffer.Inclusions(
            publicIPv4: true, disk: Gigabytes(try field("disk").decimal()),
            egress: Gigabytes(try field("transfer").decimal() * 1000)), quote: quote))
    })
}
