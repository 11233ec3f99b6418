package import Diagnostics
package import Inventory
import Untrusted

/// The authority by which a registry is known, read from its owner's file.
package enum RegistryAuthority {
  private static let mostBytes = 1 << 18

  /// - Returns: its text; nil where the registry has none of its own.
  package static func read(_ registry: Registry) throws(HearthError) -> String? {
    guard let path = registry.authority else { return nil }
    let bytes = try RegularFile.read(path, limitBytes: mostBytes, code: .inventory)
    guard let text = String(validating: bytes, as: UTF8.self), text.contains("-----BEGIN CERTIFICATE-----"),
      !text.contains("PRIVATE KEY")
    else {
      throw HearthError(
        .inventory, "this is not a certificate in PEM: the authority of the registry \(registry.name)",
        subject: Subject(file: path), hint: "take the authority's certificate alone, without any key",
        command: "openssl x509 -in \(path.shellQuoted) -noout -subject")
    }
    return text
  }
}
