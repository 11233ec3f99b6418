import Diagnostics
import Foundation
import JSONStream
import Units

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
