/// What a certificate must say; compared with what a host has, and signed when the two differ.
package struct CertificateRequest: Sendable, Equatable {
  package enum Usage: String, Sendable, CaseIterable { case server, client }

  package var commonName: String
  /// Groups, as Kubernetes reads them.
  package var organization: String?
  package var usages: Set<Usage>
  package var dnsNames: [String]
  /// IPv4 addresses in dotted decimal.
  package var addresses: [String]
  package var days: Int

  package init(
    commonName: String, organization: String? = nil, usages: Set<Usage>, dnsNames: [String] = [],
    addresses: [String] = [], days: Int = 365
  ) {
    self.commonName = commonName
    self.organization = organization
    self.usages = usages
    self.dnsNames = dnsNames
    self.addresses = addresses
    self.days = days
  }
}
