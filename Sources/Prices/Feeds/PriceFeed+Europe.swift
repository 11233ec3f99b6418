import Diagnostics
import Foundation
import JSONStream
import Units

extension PriceFeed {
  static let scaleway = PriceFeed(
    Provider(id: "scaleway", name: "Scaleway", url: "https://www.scaleway.com/en/pricing/virtual-instances/"),
    server: "https://api.scaleway.com",
    scope: ListScope("scaleway", regions: ["fr-par-1"]), patterns: ["servers.*"],
    requests: { settings in
      // Pages are counted in a header only; three of a hundred hold more types than there are.
      (1...3).map {
        PriceRequest("\(settings.server)/instance/v1/zones/fr-par-1/products/servers?per_page=100&page=\($0)")
      }
    },
    take: { _, field, match, page throws(HearthError) in
      let name = match.path.last ?? ""
      if let gpus = try field.optional("gpu"), try gpus.integer() > 0 { return page.skip("with graphics processors") }
      guard let quote = try page.quote(try field.optional("hourly_price"), .eur, per: .hour) else { return }
      let architecture = try field("arch")
      guard let known = ["arm64": InstanceOffer.Architecture.arm64, "x86_64": .amd64][try architecture.text()] else {
        return page.skip("of architecture \(try architecture.text())")
      }
      let isGone = try field.optional("end_of_service")?.boolean() ?? false
      page.instances.append(
        InstanceOffer(
          provider: "scaleway", name: name, region: "fr-par-1", architecture: known,
          vcpus: try field("ncpus").integer(),
          memory: Gibibytes(bytes: try field("ram").integer()), family: KnownFamilies.family("scaleway", name),
          availability: isGone ? .notOrderable : .orderable, quote: quote))
    })

  /// OVH's catalogue: prices in hundred-millionths of the currency.
  static let ovh = PriceFeed(
    Provider(id: "ovh", name: "OVHcloud", url: "https://www.ovhcloud.com/en/public-cloud/prices/"),
    server: "https://eu.api.ovh.com",
    scope: ListScope("ovh", prefixes: ["b", "c", "r", "d"]), patterns: ["locale.currencyCode", "addons.*"],
    requests: { [PriceRequest("\($0.server)/v1/order/catalog/public/cloud?ovhSubsidiary=DE")] },
    finish: { page in
      guard let currency = page.currency else { return }
      page.instances = page.instances.map { offer in
        var offer = offer
        offer.quote.money = Money(offer.quote.money.amount, currency)
        return offer
      }
    },
    take: { pattern, field, _, page throws(HearthError) in
      if pattern == 0 { return page.currency = try FeedPage.currency(field) }
      let code = try field("planCode").text()
      guard code.hasSuffix(".consumption"), code.prefixMatch(of: /(b|c|r|d)[0-9]-/) != nil else { return }
      guard let technical = try field.optional("blobs")?.optional("technical"),
        let cpu = try technical.optional("cpu"), let memory = try technical.optional("memory")
      else { return page.skip("without processors or memory") }
      for price in try field("pricings").elements() {
        let factor = Decimal(sign: .plus, exponent: -8, significand: 1)
        guard let quote = try page.quote(try price("price"), page.currency ?? .eur, per: .hour, times: factor) else {
          continue
        }
        page.instances.append(
          InstanceOffer(
            provider: "ovh", name: String(code.dropLast(".consumption".count)), region: "eu", architecture: .amd64,
            vcpus: try cpu("cores").integer(), memory: Gibibytes(try memory("size").decimal()),
            included: InstanceOffer.Inclusions(publicIPv4: true, disk: try ovhDisk(technical)), quote: quote))
        return
      }
    })

  /// Local disks that come with a flavor; nil when the list does not say.
  private static func ovhDisk(_ technical: JSONField) throws(HearthError) -> Gigabytes? {
    guard let disks = try technical.optional("storage")?.optional("disks") else { return nil }
    var sum: Decimal = 0
    for disk in try disks.elements() {
      sum += try disk("capacity").decimal() * (try disk.optional("number")?.decimal() ?? 1)
    }
    return sum > 0 ? Gigabytes(sum) : nil
  }
}

extension PriceFeed {
  /// The map behind the public price table: one document a region, prices of shared Linux machines. Undocumented.
  static let aws = PriceFeed(
    Provider(id: "aws", name: "AWS", url: "https://aws.amazon.com/ec2/pricing/on-demand/"),
    server: "https://b0.p.awsstatic.com",
    scope: ListScope("aws", prefixes: awsFamilies.map { $0 + "." }, regions: awsRegions.map(\.id)),
    patterns: ["regions.*.*"],
    requests: { settings in
      awsRegions.map { region in
        let place = region.name.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? region.name
        return PriceRequest(
          "\(settings.server)/pricing/2.0/meteredUnitMaps/ec2/USD/current/ec2-ondemand-without-sec-sel/\(place)/Linux/index.json"
        )
      }
    },
    take: { _, field, match, page throws(HearthError) in
      let place = match.path.count > 1 ? match.path[1] : ""
      let name = try field("Instance Type").text()
      guard awsFamilies.contains(where: { name.hasPrefix($0 + ".") }) else { return page.skip("of other kinds") }
      guard let vcpus = try field.optional("vCPU"), let memory = try field.optional("Memory") else {
        return page.skip("without vCPU or Memory")
      }
      guard let quote = try page.quote(try field.optional("price"), .usd, per: .hour) else { return }
      let gibibytes = try memory.text().split(separator: " ").first.map(String.init) ?? ""
      guard let size = Gibibytes(exact: gibibytes.replacing(",", with: "")) else {
        throw memory.wrong("a size such as `8 GiB`")
      }
      page.instances.append(
        InstanceOffer(
          provider: "aws", name: name, region: awsRegions.first { $0.name == place }?.id ?? place,
          architecture: name.prefixMatch(of: /a1|[a-z][0-9]+g/) == nil ? .amd64 : .arm64, vcpus: try vcpus.integer(),
          memory: size, family: KnownFamilies.family("aws", name), isBurstable: name.hasPrefix("t"), quote: quote))
    })

  private static let awsRegions: [(id: String, name: String)] = [
    ("eu-central-1", "EU (Frankfurt)"), ("eu-west-1", "EU (Ireland)"), ("us-east-1", "US East (N. Virginia)"),
  ]

  private static let awsFamilies = [
    "a1", "t3", "t3a", "t4g", "m6g", "m7g", "m8g", "c6g", "c7g", "c8g", "r6g", "r7g", "m6i", "m7i", "m7a",
  ]
}
