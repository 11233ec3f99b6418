import Diagnostics
import Foundation
import JSONStream
import Units

extension PriceFeed {
  /// Azure's retail prices. They say nothing of a size's processors and memory, so that only the sizes listed here are
  /// asked for; the whole list has 130,000 rows.
  static let azure = PriceFeed(
    Provider(
      id: "azure", name: "Azure", url: "https://azure.microsoft.com/en-us/pricing/details/virtual-machines/linux/"),
    server: "https://prices.azure.com",
    scope: ListScope("azure", prefixes: azureSizes.keys.map(azureName), regions: azureRegions),
    patterns: ["Items.*", "NextPageLink"],
    requests: { settings in
      azureRegions.map { region in
        let names = azureSizes.keys.sorted().map { "armSkuName eq '\($0)'" }.joined(separator: " or ")
        let filter = "serviceName eq 'Virtual Machines' and armRegionName eq '\(region)' and (\(names))"
        let encoded = filter.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return PriceRequest("\(settings.server)/api/retail/prices?$filter=\(encoded)")
      }
    },
    take: { pattern, field, _, page throws(HearthError) in
      if pattern == 1 {
        page.next = field.value == .null ? nil : try field.text()
      } else {
        try takeAzure(field, &page)
      }
    })

  private static func takeAzure(_ item: JSONField, _ page: inout FeedPage) throws(HearthError) {
    let sku = try item("armSkuName").text()
    let words = "\(try item("productName").text()) \(try item("skuName").text()) \(try item("meterName").text())"
    if words.contains("Windows") { return page.skip("for Windows") }
    if words.contains("Low Priority") { return page.skip("of low priority") }
    // Cloud Services are another product, with an operating system in the price, and share the names of sizes.
    if words.contains("Cloud Services") { return page.skip("for Cloud Services") }
    if let primary = try item.optional("isPrimaryMeterRegion"), try !primary.boolean() {
      return page.skip("repeated for another region")
    }
    guard let size = azureSizes[sku] else { return page.skip("of other sizes") }
    let type = try item("type").text()
    guard type == "Consumption" || type == "Reservation" else { return page.skip("of type \(type)") }
    let currency = try FeedPage.currency(try item("currencyCode"))
    var term = words.contains("Spot") ? InstanceOffer.Term.preemptible : .onDemand
    var hours: Decimal = 1
    if type == "Reservation" {
      // The price is that of the whole term.
      let reserved = try item("reservationTerm").text()
      guard let years = ["1 Year": 1, "3 Years": 3][reserved] else { return page.skip("reserved for \(reserved)") }
      term = years == 1 ? .reserved1Year : .reserved3Years
      hours = Decimal(years * 8760)
    } else {
      let unit = try item("unitOfMeasure")
      guard try unit.text() == "1 Hour" else { throw unit.wrong("`1 Hour`") }
    }
    guard let quote = try page.quote(try item.optional("retailPrice"), currency, per: .hour, over: hours) else {
      return
    }
    let start = try item.optional("effectiveStartDate")?.text() ?? ""
    if let day = Day(start.prefix(10)), let today = page.day, day > today { return page.skip("announced for later") }
    let name = azureName(sku)
    let offer = InstanceOffer(
      provider: "azure", name: name, region: try item("armRegionName").text(), architecture: size.architecture,
      vcpus: size.vcpus, memory: Gibibytes(size.gibibytes), family: KnownFamilies.family("azure", name),
      isBurstable: sku.hasPrefix("Standard_B"), term: term, quote: quote)
    // Of several prices of the same thing the one that holds since the latest day.
    if let index = page.instances.firstIndex(where: { $0.identity == offer.identity }) {
      if start >= page.starts[offer.identity] ?? "" { page.instances[index] = offer }
      page.skip("replaced by a later price")
    } else {
      page.instances.append(offer)
    }
    page.starts[offer.identity] = max(start, page.starts[offer.identity] ?? "")
  }

  /// From Microsoft's pages on sizes.
  private static let azureRegions = ["westeurope", "germanywestcentral", "eastus"]

  private static func azureName(_ sku: String) -> String {
    sku.replacing("Standard_", with: "").replacing("_", with: " ")
  }

  private static let azureSizes: [String: (vcpus: Int, gibibytes: Decimal, architecture: InstanceOffer.Architecture)] =
    [
      "Standard_B2pts_v2": (2, 1, .arm64), "Standard_B2pls_v2": (2, 4, .arm64), "Standard_B2ps_v2": (2, 8, .arm64),
      "Standard_B4pls_v2": (4, 8, .arm64), "Standard_B4ps_v2": (4, 16, .arm64), "Standard_D2pls_v5": (2, 4, .arm64),
      "Standard_D2ps_v5": (2, 8, .arm64), "Standard_D4pls_v5": (4, 8, .arm64), "Standard_D4ps_v5": (4, 16, .arm64),
      "Standard_D8pls_v5": (8, 16, .arm64), "Standard_D8ps_v5": (8, 32, .arm64), "Standard_B2s": (2, 4, .amd64),
      "Standard_B2ms": (2, 8, .amd64), "Standard_B4ms": (4, 16, .amd64), "Standard_D2s_v5": (2, 8, .amd64),
      "Standard_D4s_v5": (4, 16, .amd64), "Standard_D8s_v5": (8, 32, .amd64),
    ]
}
