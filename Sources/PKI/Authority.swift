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
  /// 32 bytes that encrypt Secrets at rest in etcd.
  package var encryptionKey: Secret<[UInt8]>

  package init(
    cluster: CertificateAuthority, etcd: CertificateAuthority, frontProxy: CertificateAuthority,
    serviceAccount: SigningKey, encryptionKey: Secret<[UInt8]>
  ) {
    self.cluster = cluster
    self.etcd = etcd
    self.frontProxy = frontProxy
    self.serviceAccount = serviceAccount
    self.encryptionKey = encryptionKey
  }
}

extension Authority {
  /// New authorities and keys for a cluster that does not exist yet.
  package static func create(cluster: String) throws(HearthError) -> Authority {
    var random = SystemRandomNumberGenerator()
    return Authority(
      cluster: try CertificateAuthority(commonName: "\(cluster) cluster"),
      etcd: try CertificateAuthority(commonName: "\(cluster) etcd"),
      frontProxy: try CertificateAuthority(commonName: "\(cluster) front proxy"),
      serviceAccount: SigningKey(),
      encryptionKey: Secret((0..<32).map { _ in UInt8.random(in: .min ... .max, using: &random) })
    )
  }
}
