package import Diagnostics

/// How the nodes' containerd and kubelets reach one registry of images.
package struct Registry: Sendable, Equatable {
  package struct Login: Sendable, Equatable {
    package var user: String
    package var password: Secret<String>

    package init(user: String, password: Secret<String>) {
      self.user = user
      self.password = password
    }
  }

  /// As in the names of images, such as `registry.example:5000`; `docker.io` also stands for names without a registry.
  package var name: String
  /// In place of the usual one.
  package var url: String?
  /// URLs that are asked first, in this order.
  package var mirrors: [String]
  /// A file on the operator's machine, in PEM.
  package var authority: String?
  package var login: Login?

  package init(
    name: String, url: String? = nil, mirrors: [String] = [], authority: String? = nil, login: Login? = nil
  ) {
    self.name = name
    self.url = url
    self.mirrors = mirrors
    self.authority = authority
    self.login = login
  }

  /// Where the registry itself answers.
  package var server: String { url ?? "https://" + (name == "docker.io" ? "registry-1.docker.io" : name) }
}
