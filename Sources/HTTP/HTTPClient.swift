/// HTTP: an async client over libcurl.
package final class HTTPClient: Sendable {
  package init(networkNamespace: String? = nil) {}
}
