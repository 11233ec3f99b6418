import Diagnostics
import Schema

struct RegistrySection: Sendable {
  var place: Place
  var name: Located<String>?
  var url: String?
  var mirrors: [String]
  var authority: String?
  var user: Located<String>?
  var password: Secret<String>?
  /// A password is given but wrong, which has been reported.
  var hasBrokenPassword: Bool

  var registry: Registry? {
    guard let name else { return nil }
    return Registry(
      name: name.value, url: url, mirrors: mirrors, authority: authority,
      login: user.flatMap { user in password.map { .init(user: user.value, password: $0) } })
  }
}

/// An element of `cluster.registries`.
enum RegistryKeys {
  static let name = Key(
    "name", Kind<String>.text(.registry).located, required: true, example: "registry.home.arpa:5000",
    "The registry as images name it; `docker.io` also stands for images that name none.")
  static let url = Key(
    "url", Kind<String>.text(.registryURL), fallback: "`https://` and the name", example: "http://192.168.1.11:5000",
    "Where it answers.")
  static let mirrors = Key(
    "mirrors", Kind<String>.text(.registryURL).list(), fallback: "none", example: "[\"https://mirror.home.arpa\"]",
    "Servers that are asked first, in this order; with the registry's own login, if it has one.")
  static let authority = Key(
    "authority", Kind<String>.path, fallback: "those of the system", example: "./registry-ca.crt",
    "A file with the certificate of the authority, in PEM, by which the registry and its mirrors are known.")
  static let user = Key(
    "user", Kind<String>.text(.registryUser).located, fallback: "none", example: "me", "User name at the registry.")
  static let password = Key(
    "password", Kind<Secret<String>>.secret, fallback: "none", example: "${HEARTH_REGISTRY_PASSWORD}",
    "Its password or token, by a variable of the environment.")

  static let kind = Kind<RegistrySection>.object(
    "a registry", "How the nodes reach a registry of images.", keys: [name, url, mirrors, authority, user, password]
  ) { fields in
    RegistrySection(
      place: fields.place, name: fields[name], url: fields[url], mirrors: fields[mirrors] ?? [],
      authority: fields[authority], user: fields[user], password: fields[password],
      hasBrokenPassword: fields.has(password) && fields[password] == nil)
  }
}

extension TextShape {
  private static let port = "(:[1-9][0-9]{0,4})?"
  fileprivate static let registry = TextShape(
    expected: "a registry as in the name of an image, such as registry.home.arpa:5000",
    example: "registry.home.arpa:5000", pattern: "[a-z0-9][-a-z0-9.]{0,252}\(port)")
  fileprivate static let registryURL = TextShape(
    expected: "a URL of a host without a path, such as https://mirror.home.arpa", example: "https://mirror.home.arpa",
    pattern: "https?://[A-Za-z0-9][-A-Za-z0-9.]{0,252}\(port)")
  fileprivate static let registryUser = TextShape(
    expected: "a user name without blanks and colons", example: "me", pattern: #"[^\s:]{1,255}"#)
}

extension InventoryRule {
  static let registries = InventoryRule { document, decoding in
    var seen: [String: Place] = [:]
    for section in document.cluster.registries {
      if let name = section.name, let earlier = seen.updateValue(name.place, forKey: name.value) {
        decoding.add(
          "the registry `\(name.value)` is given twice, first in line \(earlier.line)", at: name.place,
          hint: "keep one of them")
      }
      guard (section.user == nil) != (section.password == nil), !section.hasBrokenPassword else { continue }
      decoding.add(
        section.user == nil ? "a password needs a `user`" : "the user has no `password`",
        at: section.user?.place ?? section.place, hint: "give both, or neither")
    }
  }
}
