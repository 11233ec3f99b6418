package import Diagnostics
import Foundation
import Untrusted

/// What `docker login` and `podman login` leave behind.
package struct DockerLogins: Sendable {
  private let files: [String]
  private let environment: [String: String]

  /// - Parameter environment: `DOCKER_CONFIG`, `REGISTRY_AUTH_FILE`, `XDG_RUNTIME_DIR`, `HOME` and `PATH` are looked at;
  ///   helpers get all of it.
  package init(environment: [String: String]) {
    let docker = environment["DOCKER_CONFIG"] ?? environment["HOME"].map { "\($0)/.docker" }
    let podman =
      environment["REGISTRY_AUTH_FILE"] ?? environment["XDG_RUNTIME_DIR"].map { "\($0)/containers/auth.json" }
    files = [docker.map { "\($0)/config.json" }, podman].compactMap { $0 }
    self.environment = environment
  }

  /// nil where nobody has logged in to that registry. In each file the registry's own helper is asked first, then the
  /// helper of all registries; then comes what the file itself holds.
  ///
  /// - Throws: ``HearthError`` `local` when a file is there and cannot be read, or its helper does not work.
  package func credential(for host: String) async throws(HearthError) -> RegistryCredential? {
    for file in files where FileManager.default.fileExists(atPath: file) {
      let logins = try Logins(file)
      let names = Self.names(of: host)
      let helper = names.lazy.compactMap { logins.credHelpers?[$0] }.first { !$0.isEmpty } ?? logins.credsStore
      if let helper, !helper.isEmpty {
        let helper = CredentialHelper(helper, file: file, environment: environment)
        if let credential = try await helper.credential(for: Self.server(host)) { return credential }
      }
      for name in names {
        if let credential = logins.auths?[name]?.credential { return credential }
      }
    }
    return nil
  }

  /// Docker Hub goes by its oldest address.
  private static let hub = "https://index.docker.io/v1/"
  private static func isHub(_ host: String) -> Bool { host == "registry-1.docker.io" }

  private static func names(of host: String) -> [String] {
    [host, "https://\(host)", "http://\(host)"] + (isHub(host) ? [hub, "index.docker.io", "docker.io"] : [])
  }

  /// What `docker login` calls a registry when it hands a password to a helper.
  private static func server(_ host: String) -> String { isHub(host) ? hub : host }

  private struct Logins: Decodable {
    var auths: [String: Login]?
    var credHelpers: [String: String]?
    var credsStore: String?

    init(_ file: String) throws(HearthError) {
      do {
        self = try JSONDecoder().decode(Self.self, from: Data(try RegularFile.read(file)))
      } catch {
        throw HearthError(
          .local, "the logins of docker cannot be read", subject: Subject(file: file),
          hint: "Repair the file, or give --username NAME --password-stdin.")
      }
    }
  }

  private struct Login: Decodable {
    /// `NAME:PASSWORD` in Base64.
    var auth: String?
    var username: String?
    var password: String?
    var identitytoken: String?

    var credential: RegistryCredential? {
      if let identitytoken, !identitytoken.isEmpty { return .identityToken(Secret(identitytoken)) }
      if let username, let password { return .password(user: username, Secret(password)) }
      guard let auth, let data = Data(base64Encoded: auth) else { return nil }
      let text = String(decoding: data, as: UTF8.self)
      guard let colon = text.firstIndex(of: ":") else { return nil }
      return .password(user: String(text[..<colon]), Secret(String(text[text.index(after: colon)...])))
    }
  }
}
