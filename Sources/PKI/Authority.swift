/// PKI: the rack's certificate authorities and what they sign. Values and pure functions; nothing here touches a host.

package import Diagnostics

/// Everything secret that a cluster is built on: made once, kept by the operator and on control-plane hosts, the same
/// everywhere.
package struct Authority: Sendable {
  /// Signs the API server, kubelets and all clients of the API.
  package var cluster: CertificateAuthority
  /// Signs etcd members and their clients, so that no certificate of the cluster opens etcd.
  package var etcd: CertificateAuthority
  /// Signs the API server as a client of aggregated APIs.
  package var frontProxy: CertificateAuthority
  /// Signs service account tokens; its public half verifies them.
  package var serviceAccount: SigningKey
  /// Public keys, in PEM, of others that sign or have signed tokens which still count.
  package var otherServiceAccounts: [String]
  /// They encrypt Secrets at rest in etcd: the first writes, the others only read. Never empty.
  package var encryptionKeys: [EncryptionKey]
  /// Fingerprints of the cluster's authorities before this one: what they knew is still of this cluster.
  package var lineage: [String]

  package init(
    cluster: CertificateAuthority, etcd: CertificateAuthority, frontProxy: CertificateAuthority,
    serviceAccount: SigningKey, encryptionKeys: [EncryptionKey], otherServiceAccounts: [String] = [],
    lineage: [String] = []
  ) {
    self.cluster = cluster
    self.etcd = etcd
    self.frontProxy = frontProxy
    self.serviceAccount = serviceAccount
    self.encryptionKeys = encryptionKeys
    self.otherServiceAccounts = otherServiceAccounts
    self.lineage = lineage
  }
}

extension Authority {
  /// Public keys that verify tokens, in PEM; the one that signs comes first.
  package var serviceAccountPEM: String { ([serviceAccount.publicPEM] + otherServiceAccounts).joined() }

  /// New authorities and keys for a cluster that does not exist yet.
  package static func create(cluster: String) throws(HearthError) -> Authority {
    Authority(
      cluster: try CertificateAuthority(commonName: "\(cluster) cluster"),
      etcd: try CertificateAuthority(commonName: "\(cluster) etcd"),
      frontProxy: try CertificateAuthority(commonName: "\(cluster) front proxy"),
      serviceAccount: SigningKey(),
      encryptionKeys: [.random(number: 1)])
  }
}
