import Diagnostics
import PKI
import Provision

/// A certificate with its key in one file on a host. The file is kept while the certificate will do; keys never leave
/// the host again.
struct HostCredential {
  /// Short, for people, such as `kubelet client`.
  var name: String
  var path: String
  var request: CertificateRequest
  var authority: CertificateAuthority
  /// `user:group`.
  var owner = "root:root"
  /// Names the authority's files below `/etc/kubernetes/pki`, without `.crt` and `.key`.
  var files = "ca"
  /// Those that read the file at start only.
  var units: [String] = []

  /// The probe prints mode and owner of the file and its certificate; the key stays where it is.
  var resource: Resource {
    let (path, owner, request, authority) = (path, owner, request, authority)
    return .custom(
      .init(
        "certificate \(name)",
        probe: "stat -c '%a %U:%G' \(path.shellQuoted) 2>/dev/null && "
          + "sed -n '/-BEGIN CERTIFICATE-/,/-END CERTIFICATE-/p' \(path.shellQuoted)",
        judge: { status, output in
          Self.judge(status: status, output: output, owner: owner, request: request, authority: authority)
        },
        apply: { () throws(HearthError) in
          let credential = try authority.issue(request)
          return Self.program(installing: credential, at: path, owner: owner)
        }))
  }

  static func judge(
    status: Int32, output: [UInt8], owner: String, request: CertificateRequest, authority: CertificateAuthority
  ) -> [FieldChange] {
    let text = String(decoding: output, as: UTF8.self)
    guard status == 0, let end = text.firstIndex(where: \.isNewline) else {
      return [FieldChange("certificate", from: nil, to: describe(request))]
    }
    var changes: [FieldChange] = []
    let access = String(text[..<end])
    if access != "600 \(owner)" { changes.append(FieldChange("access", from: access, to: "600 \(owner)")) }
    return changes
      + authority.mismatches(of: String(text[text.index(after: end)...]), with: request)
      .map { FieldChange($0.field, from: $0.found, to: $0.wanted) }
  }

  /// One file, renamed as a whole: at no time do key and certificate not belong together.
  static func program(installing credential: Credential, at path: String, owner: String) -> Resource.Program {
    Resource.Program(
      """
      umask 077
      path=\(path.shellQuoted)
      chown \(owner.shellQuoted) "$HEARTH_FILES/credential"
      chmod 600 "$HEARTH_FILES/credential"
      cp -p "$HEARTH_FILES/credential" "$path.new"
      sync "$path.new"
      printf 'file\\t%s\\t-\\t%s\\t%s\\n' "$path" "$(date +%s)" "$run" >>"$manifest"
      mv -f "$path.new" "$path"
      """,
      files: ["credential": Array(credential.combinedPEM.reveal().utf8)])
  }

  private static func describe(_ request: CertificateRequest) -> String {
    let group = request.organization.map { ", \($0)" } ?? ""
    let names = (request.dnsNames + request.addresses).joined(separator: " ")
    return request.commonName + group + (names.isEmpty ? "" : ", for \(names)")
  }
}
