package import Diagnostics
import Foundation
import SwiftASN1
import Untrusted

/// The files that hold an ``Authority``: the same names in the operator's folder and below `/etc/kubernetes/pki`.
package struct AuthorityFiles: Sendable {
  /// Name below the folder to text.
  package var texts: [String: Secret<String>]

  package static let names = [
    "ca.crt", "ca.key", "etcd-ca.crt", "etcd-ca.key", "front-proxy-ca.crt", "front-proxy-ca.key", "sa.key", "sa.pub",
    "encryption.key", "lineage",
  ]

  package init(_ texts: [String: Secret<String>]) { self.texts = texts }

  package init(_ authority: Authority) {
    texts = [
      "ca.crt": Secret(authority.cluster.trustPEM), "ca.key": authority.cluster.key.pem,
      "etcd-ca.crt": Secret(authority.etcd.trustPEM), "etcd-ca.key": authority.etcd.key.pem,
      "front-proxy-ca.crt": Secret(authority.frontProxy.trustPEM),
      "front-proxy-ca.key": authority.frontProxy.key.pem,
      "sa.key": authority.serviceAccount.pem, "sa.pub": Secret(authority.serviceAccountPEM),
      "encryption.key": Secret(authority.encryptionKeys.map(Self.line).joined()),
      "lineage": Secret(authority.lineage.map { $0 + "\n" }.joined()),
    ]
  }

  /// - Throws: ``HearthError`` with code `local` that names the file which is missing or broken.
  package func authority() throws(HearthError) -> Authority {
    let serviceAccount = try SigningKey(pem: text("sa.key"))
    return Authority(
      cluster: try pair("ca"), etcd: try pair("etcd-ca"), frontProxy: try pair("front-proxy-ca"),
      serviceAccount: serviceAccount, encryptionKeys: try encryptionKeys(),
      otherServiceAccounts: try publicKeys().filter { $0 != serviceAccount.publicPEM },
      lineage: (texts["lineage"]?.reveal() ?? "").filledLines)
  }

  /// The key's number and its base64; the first key of a cluster has no number.
  private static func line(_ key: EncryptionKey) -> String {
    (key.number == 1 ? "" : "\(key.number) ") + key.base64 + "\n"
  }

  private func encryptionKeys() throws(HearthError) -> [EncryptionKey] {
    let keys = try text("encryption.key").reveal().split(separator: "\n").map { line -> EncryptionKey? in
      let words = line.split(separator: " ")
      guard (1...2).contains(words.count), let data = Data(base64Encoded: String(words[words.count - 1])),
        data.count == 32, let number = words.count == 1 ? 1 : Int(checked: words[0], in: 1...1_000_000)
      else { return nil }
      return EncryptionKey(number: number, secret: Secret(Array(data)))
    }
    let known = keys.compactMap { $0 }
    guard !known.isEmpty, known.count == keys.count, Set(known.map(\.number)).count == known.count else {
      throw HearthError(
        .local, "the encryption keys are not 32 bytes in base64, one a line", subject: Subject(file: "encryption.key"))
    }
    return known
  }

  private func publicKeys() throws(HearthError) -> [String] {
    do {
      return try PEMDocument.parseMultiple(pemString: texts["sa.pub"]?.reveal() ?? "").map { $0.pemString + "\n" }
    } catch {
      throw HearthError(.local, "the keys that verify tokens do not parse: \(error)", subject: Subject(file: "sa.pub"))
    }
  }

  private func pair(_ name: String) throws(HearthError) -> CertificateAuthority {
    do {
      return try CertificateAuthority(
        certificatePEM: try text("\(name).crt").reveal(), keyPEM: try text("\(name).key"))
    } catch {
      throw error.at(Subject(file: "\(name).crt"))
    }
  }

  private func text(_ name: String) throws(HearthError) -> Secret<String> {
    guard let text = texts[name] else {
      throw HearthError(.local, "a file of the cluster's authorities is missing", subject: Subject(file: name))
    }
    return text
  }
}
