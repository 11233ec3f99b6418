import Foundation

/// One walk over a configuration for one host. Of each keyword the first value counts; key files add up.
struct SSHConfigPass {
  let host: String
  let localUser: String
  /// The second walk, which a `Match final` asks for.
  var isFinal = false
  private(set) var wantsFinalPass = false
  private var found = SSHConfig.Settings()
  private var hasProxyCommand = false

  init(host: String, user: String?, localUser: String) {
    (self.host, self.localUser) = (host, localUser)
    found.user = user
  }

  /// - Parameter applies: false inside a block of the including file that does not apply: nothing in it counts.
  mutating func read(_ lines: [SSHConfig.Line], applies outer: Bool = true) {
    var applies = outer
    for line in lines {
      switch line.keyword {
      case "host": applies = outer && Self.matchesHost(line.values, host)
      case "match": applies = outer ? matches(line) : false
      // What an included file leaves open ends with it.
      case "include": for file in line.included { read(file, applies: applies) }
      case _ where !applies: continue
      default: if let value = line.values.first { take(line, value) }
      }
    }
  }

  private mutating func take(_ line: SSHConfig.Line, _ value: String) {
    switch line.keyword {
    case "hostname": set(\.hostName, value, line)
    case "user": set(\.user, value, line)
    case "port": if let port = UInt16(value), port > 0 { set(\.port, port, line) }
    case "identityfile":
      guard !found.identityFiles.contains(value) else { return }
      found.identityFiles.append(value)
      found.places["identityfile"] = found.places["identityfile"] ?? line.place
    case "identitiesonly":
      guard found.places["identitiesonly"] == nil else { return }
      found.identitiesOnly = ["yes", "true"].contains(value.lowercased())
      found.places["identitiesonly"] = line.place
    case "identityagent": set(\.identityAgent, value, line)
    case "userknownhostsfile":
      guard found.userKnownHostsFiles.isEmpty else { return }
      found.userKnownHostsFiles = line.values
      found.places[line.keyword] = line.place
    case "proxyjump": if !hasProxyCommand { set(\.proxyJump, value, line) }
    case "proxycommand":
      // Whichever of the two comes first counts.
      guard found.proxyJump == nil, !hasProxyCommand else { return }
      hasProxyCommand = true
      if value.lowercased() != "none" {
        note("\(line.place): ProxyCommand is not run; name a jump host in the inventory (ssh.jump) or use ProxyJump")
      }
    case "certificatefile":
      note("\(line.place): CertificateFile is not used: libssh2 cannot log in with certificates; plain keys are tried")
    case "hostkeyalias", "knownhostscommand", "pkcs11provider":
      note("\(line.place): \(line.keyword) is not understood and has no effect")
    default: return
    }
  }

  private mutating func set<Value>(
    _ path: WritableKeyPath<SSHConfig.Settings, Value?>, _ value: Value, _ line: SSHConfig.Line
  ) {
    guard found[keyPath: path] == nil else { return }
    found[keyPath: path] = value
    found.places[line.keyword] = line.place
  }

  private mutating func note(_ text: String) { if !found.notes.contains(text) { found.notes.append(text) } }

  // MARK: Conditions

  static func matchesHost(_ patterns: [String], _ host: String) -> Bool {
    var matches = false
    for pattern in patterns {
      if pattern.hasPrefix("!") {
        if Wildcard.match(String(pattern.dropFirst()), host) { return false }
      } else if Wildcard.match(pattern, host) {
        matches = true
      }
    }
    return matches
  }

  /// A list between commas, in lower case, with negations.
  private static func matchesList(_ list: String, _ text: String) -> Bool {
    matchesHost(list.lowercased().split(separator: ",").map(String.init), text.lowercased())
  }

  private mutating func matches(_ line: SSHConfig.Line) -> Bool {
    var words = line.values[...]
    var result = !words.isEmpty
    while let word = words.popFirst() {
      let isNegated = word.hasPrefix("!")
      var holds: Bool
      switch (isNegated ? String(word.dropFirst()) : word).lowercased() {
      case "all": holds = true
      case "canonical": holds = isFinal
      case "final":
        wantsFinalPass = true
        holds = isFinal
      case "host": holds = words.popFirst().map { Self.matchesList($0, resolvedHost) } ?? false
      case "originalhost": holds = words.popFirst().map { Self.matchesList($0, host) } ?? false
      case "user": holds = words.popFirst().map { Self.matchesPlain($0, found.user ?? localUser) } ?? false
      case "localuser": holds = words.popFirst().map { Self.matchesPlain($0, localUser) } ?? false
      case "exec":
        _ = words.popFirst()
        if result { note("\(line.place): `Match exec` is not run, so what stands under it does not apply") }
        return false
      default: return false
      }
      if holds == isNegated { result = false }
    }
    return result
  }

  private static func matchesPlain(_ list: String, _ text: String) -> Bool {
    matchesHost(list.split(separator: ",").map(String.init), text)
  }

  private var resolvedHost: String { Self.hostName(found.hostName, host) }

  private static func hostName(_ pattern: String?, _ host: String) -> String {
    pattern.map { SSHConfigPass.expand($0, ["h": host]) } ?? host
  }

  // MARK: Tokens

  func expanded(home: String, environment: [String: String]) -> SSHConfig.Settings {
    var settings = found
    let name = resolvedHost
    if settings.hostName != nil { settings.hostName = name }
    if settings.proxyJump?.lowercased() == "none" { settings.proxyJump = nil }
    let port = settings.port.map(String.init) ?? "22", user = settings.user ?? localUser
    let tokens = [
      "h": name, "n": host, "p": port, "r": user, "u": localUser, "d": home, "i": "\(getuid())", "k": host,
      "L": Self.localHost.split(separator: ".").first.map(String.init) ?? Self.localHost, "l": Self.localHost,
      "j": settings.proxyJump ?? "",
    ]
    func path(_ text: String) -> String {
      let text = text == "~" || text.hasPrefix("~/") ? home + text.dropFirst() : text
      return Self.expand(Self.variables(text, environment), tokens)
    }
    settings.identityFiles = settings.identityFiles.filter { $0.lowercased() != "none" }.map(path)
    settings.identityAgent = settings.identityAgent.map { agent in
      ["none", "SSH_AUTH_SOCK"].contains(agent)
        ? agent
        : agent.hasPrefix("$") && !agent.hasPrefix("${")
          ? environment[String(agent.dropFirst())] ?? "none" : path(agent)
    }
    settings.userKnownHostsFiles = settings.userKnownHostsFiles.map(path).filter { $0.lowercased() != "none" }
    return settings
  }

  private static let localHost = ProcessInfo.processInfo.hostName

  /// Each token once, from left to right: what it stands for is not looked at again.
  static func expand(_ text: String, _ tokens: [String: String]) -> String {
    var result = ""
    var rest = text[...]
    while let percent = rest.firstIndex(of: "%") {
      result += rest[..<percent]
      rest = rest[rest.index(after: percent)...]
      guard let name = rest.popFirst() else { return result + "%" }
      result += name == "%" ? "%" : tokens[String(name)] ?? "%\(name)"
    }
    return result + rest
  }

  /// `${NAME}`; one that is not set stays as it is.
  private static func variables(_ text: String, _ environment: [String: String]) -> String {
    text.replacing(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/) { match in environment[String(match.1)] ?? String(match.0) }
  }
}
