package import Diagnostics
import Foundation

/// What `docker login` and `podman login` leave behind.
package struct DockerLogins: Sendable {
  let files: [String]

  /// - Parameter environment: `DOCKER_CONFIG`, `REGISTRY_AUTH_FILE`, `XDG_RUNTIME_DIR` and `HOME` are looked at.
  package init(environment: [String: String]) {
    let docker = environment["DOCKER_CONFIG"] ?? environment["HOME"].map { "\($0)/.docker" }
    let podman =
      environment["REGISTRY_AUTH_FILE"] ?? environment["XDG_RUNTIME_DIR"].map { "\($0)/containers/auth.json" }
    files = [docker.map { "\($0)/config.json" }, podman].compactMap { $0 }
  }

  /// nil where nobody has logged in to that registry.
  ///
  /// - Throws: ``HearthError`` `local` when a file is there and cannot be read, or keeps the password where only another
  ///   program can read it.
  package func credential(for host: String) throws(HearthError) -> RegistryCredential? {
    for file in files {
      guard FileManager.default.fileExists(atPath: file) else { continue }
      let logins: Logins
      do {
        logins = try JSONDecoder().decode(Logins.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
      } catch {
        throw HearthError(
          .local, "the logins of docker cannot be read", subject: Subject(file: file),
          hint: "Mend the file, or give --username NAME --password-stdin.")
      }
      let names = Self.names(of: host)
      for name in names {
        if let credential = logins.auths?[name]?.credential { return credential }
      }
      let helper = names.lazy.compactMap { logins.credHelpers?[$0] }.first
      let known = names.contains { logins.auths?[$0] != nil }
      guard let helper = helper ?? (known ? logins.credsStore : nil) else { continue }
      throw HearthError(
        .local, "the password for \(host) is kept by docker-credential-\(helper), which hearth does not ask",
        subject: Subject(file: file),
        hint: "Hand it over: echo \(host) | docker-credential-\(helper) get | jq -r .Secret | hearth image push … "
          + "--username NAME --password-stdin.")
    }
    return nil
  }

  /// Docker Hub goes by its oldest address.
  private static func names(of host: String) -> [String] {
    let hub = ["https://index.docker.io/v1/", "index.docker.io", "docker.io"]
    return [host, "https://\(host)", "http://\(host)"] + (host == "registry-1.docker.io" ? hub : [])
  }

  private struct Logins: Decodable {
    var auths: [String: Login]?
    var credHelpers: [String: String]?
    var credsStore: String?
  }

  private struct Login: Decodable {
    /// `NAME:PASSWORD` in Base64.
    var auth: String?
    var username: String?
    var password: String?

    var credential: RegistryCredential? {
      if let username, let password { return RegistryCredential(user: username, password: Secret(password)) }
      guard let auth, let data = Data(base64Encoded: auth) else { return nil }
      let text = String(decoding: data, as: UTF8.self)
      guard let colon = text.firstIndex(of: ":") else { return nil }
      return RegistryCredential(
        user: String(text[..<colon]), password: Secret(String(text[text.index(after: colon)...])))
    }
  }
}
