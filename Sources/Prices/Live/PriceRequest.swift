/// One document of a provider's price list.
package struct PriceRequest: Sendable, Hashable {
  package var url: String
  /// Such as a token; never in the URL, which is shown and kept.
  package var headers: [String: String]

  package init(_ url: String, headers: [String: String] = [:]) {
    self.url = url
    self.headers = headers
  }
}
