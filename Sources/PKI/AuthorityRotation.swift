package import Diagnostics
package import Foundation

/// How new authorities take the place of old ones while everything goes on: first all trust both, then all is signed again,
/// then the old ones are dropped. Where a rotation stands is read from the keys themselves.
package struct AuthorityRotation: Sendable {
  package enum Stage: String, Sendable, CaseIterable {
    /// The old authorities sign, both are trusted.
    case trust
    /// The new ones sign, both are trusted.
    case sign
    /// Only the new ones are left.
    case drop
  }

  package let next: Authority

  /// - Parameter next: the authorities that remain, see ``Authority/successor(cluster:now:)``.
  package init(to next: Authority) { self.next = next }

  /// The stage that these keys have come to; nil when it was not begun.
  package func stage(of own: Authority) -> Stage? {
    let all = zip(own.authorities, next.authorities)
    if all.allSatisfy({ $0.certificatePEM == $1.certificatePEM }) {
      return own.authorities.allSatisfy(\.alsoTrusted.isEmpty) ? .drop : .sign
    }
    return all.allSatisfy({ $0.alsoTrusted.contains($1.certificatePEM) }) ? .trust : nil
  }

  /// The keys for the stage after the one that `own` has come to; nil after the last.
  package func advanced(from own: Authority) -> Authority? {
    var next = next
    // They have a rotation of their own, which may have taken place meanwhile.
    next.encryptionKeys = own.encryptionKeys
    return switch stage(of: own) {
    case nil: own.trusting(next)
    case .trust: next.trusting(own)
    case .sign: next.remembering(lastOf: own)
    case .drop: nil
    }
  }
}

extension Authority {
  /// New authorities and a new key for tokens. Secrets stay encrypted with the key that they are encrypted with.
  package func successor(cluster: String, now: Date = Date()) throws(HearthError) -> Authority {
    // Names of their own: what verifies a chain looks authorities up by name.
    let time = now.ISO8601Format().filter { $0.isNumber || $0 == "T" }
    return Authority(
      cluster: try CertificateAuthority(commonName: "\(cluster) cluster \(time)", now: now),
      etcd: try CertificateAuthority(commonName: "\(cluster) etcd \(time)", now: now),
      frontProxy: try CertificateAuthority(commonName: "\(cluster) front proxy \(time)", now: now),
      serviceAccount: SigningKey(), encryptionKeys: encryptionKeys,
      lineage: lineage + [self.cluster.fingerprint])
  }

  fileprivate var authorities: [CertificateAuthority] { [cluster, etcd, frontProxy] }

  fileprivate func trusting(_ other: Authority) -> Authority {
    var result = self
    result.cluster = cluster.trusting(other.cluster)
    result.etcd = etcd.trusting(other.etcd)
    result.frontProxy = frontProxy.trusting(other.frontProxy)
    return result.remembering(other)
  }

  /// Tokens outlive certificates: some never end. Those of the key just before this one count until the next rotation.
  fileprivate func remembering(lastOf other: Authority) -> Authority {
    var result = self
    result.otherServiceAccounts = Array(other.otherServiceAccounts.prefix(1))
    return result
  }

  fileprivate func remembering(_ other: Authority) -> Authority {
    var result = self
    for key in [other.serviceAccount.publicPEM] + other.otherServiceAccounts
    where key != serviceAccount.publicPEM && !result.otherServiceAccounts.contains(key) {
      result.otherServiceAccounts.append(key)
    }
    return result
  }
}
