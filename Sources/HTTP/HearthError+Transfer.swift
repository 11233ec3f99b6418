import CCurl
package import Diagnostics
import Foundation

extension TransferResult {
  /// Worth another try: the line or the server failed, not the request.
  var isTransient: Bool {
    guard case .failed(let code, _) = self else { return false }
    let passing: [CURLcode] = [
      CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_OPERATION_TIMEDOUT,
      CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SSL_CONNECT_ERROR, CURLE_HTTP2,
      CURLE_HTTP2_STREAM,
    ]
    return passing.contains { Int($0.rawValue) == code }
  }

  /// The line failed before the server heard anything of the request.
  var isUnsent: Bool {
    guard case .failed(let code, _) = self else { return false }
    let early: [CURLcode] = [
      CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR,
    ]
    return early.contains { Int($0.rawValue) == code }
  }
}

/// What went wrong with a URL, and what to do about it.
extension HearthError {
  /// - Parameter resumes: Whether what has come so far is kept for the next run.
  static func transfer(
    _ url: String, _ result: TransferResult, options: HTTPOptions, method: HTTPMethod = .get,
    peer: HTTPPeer = .server, resumes: Bool = false
  ) -> HearthError {
    let shown = displayed(url)
    let host = URLComponents(string: url)?.host ?? shown
    switch result {
    case .cancelled:
      return HearthError(
        .cancelled, "stopped while \(shown) was being \(method.isReading ? "fetched" : "written")",
        hint: "Run the command again to go on.")
    case .noNamespace(let path, let code):
      return HearthError(
        .local, "cannot enter the network namespace \(path)",
        hint: "Start the virtual rack with `hearth lab up`, and run hearth as root.",
        cause: String(cString: strerror(code)),
        command: "ip netns exec \((path as NSString).lastPathComponent.shellQuoted) true")
    case .answered(let head):
      return status(url, head, peer: peer)
    case .failed(let code, let detail):
      let code = CURLcode(UInt32(code))
      let (what, forServers) = explanation(code, host: host, options: options, method: method, resumes: resumes)
      let hint = peer == .device ? deviceStep(code) : forServers
      return HearthError(
        .download, "\(shown): \(what)", hint: hint, cause: detail,
        command: "curl -fLv -o /dev/null \(shown.shellQuoted)")
    }
  }

  static func status(_ url: String, _ head: ResponseHead, peer: HTTPPeer = .server) -> HearthError {
    let shown = displayed(url)
    let hint =
      switch head.status {
      case _ where peer == .device: deviceStep(status: head.status)
      case 401, 403: "The server wants credentials or refuses this address; try the URL by hand, or use a mirror."
      case 404, 410: "Check the version and, for a mirror, that it keeps upstream's paths."
      case 407: "The proxy wants credentials: put them into https_proxy."
      case 429: "The server limits requests; wait, or use a mirror."
      default: "The server is in trouble; run the command again later, or use a mirror."
      }
    return HearthError(
      .download, "\(shown): the server answered \(head.status)", hint: hint,
      command: "curl -fLv -o /dev/null \(shown.shellQuoted)")
  }

  static func tooLong(_ url: String, limit: Int, peer: HTTPPeer = .server) -> HearthError {
    HearthError(
      .download, "\(displayed(url)): the answer is longer than \(limit) bytes",
      hint: peer == .device ? "Check that `url` leads to the device." : "Check that the URL leads to what it should.",
      command: "curl -fLI \(displayed(url).shellQuoted)")
  }

  /// The URL without what may be secret in it: user, password, query.
  package static func displayed(_ url: String) -> String {
    guard var parts = URLComponents(string: url) else { return url }
    parts.user = nil
    parts.password = nil
    if parts.query != nil { parts.query = "…" }
    return parts.string?.replacing("?%E2%80%A6", with: "?…") ?? url
  }

  private static func explanation(
    _ code: CURLcode, host: String, options: HTTPOptions, method: HTTPMethod, resumes: Bool
  ) -> (what: String, hint: String) {
    let again = "Run the command again\(resumes ? ": the download goes on where it stopped" : "")."
    return switch code {
    case CURLE_COULDNT_RESOLVE_HOST:
      ("the name \(host) is not known", "Check this machine's network and name server, or set a mirror or folder.")
    case CURLE_COULDNT_RESOLVE_PROXY:
      ("the proxy's name is not known", "Check https_proxy and http_proxy.")
    case CURLE_COULDNT_CONNECT:
      ("\(host) cannot be reached", "Check this machine's network and firewall, or set https_proxy.")
    case CURLE_OPERATION_TIMEDOUT:
      ("\(host) stopped answering", again)
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      ("\(host) broke the connection", again)
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
      (
        "\(host) has a certificate that this machine does not trust",
        "If a proxy or mirror of yours signs with its own authority, name that authority's PEM file; otherwise somebody "
          + "is listening: do not go on. A wrong clock has the same effect."
      )
    case CURLE_SSL_CACERT_BADFILE:
      (
        "the file of certificate authorities cannot be read",
        "Check \(options.caFile ?? "the package ca-certificates")."
      )
    case CURLE_SSL_CONNECT_ERROR:
      ("TLS with \(host) failed", "Check that the URL and port speak https.")
    case CURLE_TOO_MANY_REDIRECTS:
      ("more than \(options.maximumRedirects) redirects", "Check the URL; the server may send clients in circles.")
    case CURLE_UNSUPPORTED_PROTOCOL:
      ("the URL or a redirect leads away from https", "Use the https URL that the redirect hides, or another mirror.")
    case CURLE_URL_MALFORMAT:
      ("this is not a URL", "Write it as in https://host/path.")
    default:
      ("the \(method.isReading ? "download" : "upload") failed", "Run the command by hand to see more.")
    }
  }
}

/// What to do about a device of the household that fails: neither a mirror nor a proxy helps, and it is asked again soon.
extension HearthError {
  static func deviceStep(_ code: CURLcode) -> String {
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST: "Check its `url`; a fixed address works without a name server."
    case CURLE_COULDNT_CONNECT: "Check that the device has power and is in the network, and the address in its `url`."
    case CURLE_OPERATION_TIMEDOUT:
      "It is asked again at the next sample. If this goes on, look at its radio signal or restart it."
    case CURLE_PARTIAL_FILE, CURLE_GOT_NOTHING, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      "It is asked again at the next sample. If this goes on, restart the device and check the port in its `url`."
    case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
      "Check whether its `url` should begin with http or https; a certificate of its own making is not trusted."
    case CURLE_TOO_MANY_REDIRECTS: "Check its `url`; a login page may answer in its place."
    case CURLE_UNSUPPORTED_PROTOCOL, CURLE_URL_MALFORMAT: "Write its `url` as in http://192.168.1.20."
    default: "Open its `url` in a browser to see what it answers."
    }
  }

  static func deviceStep(status: Int) -> String {
    switch status {
    case 401, 403: "Check `user`, `password` or `token` of the meter."
    case 404, 410: "Check `kind`, `channel` and `path` of the meter, and what answers at its `url`."
    case 429: "Ask it less often: give `hearth cost track` a longer `--every`."
    default: "It is asked again at the next sample. If this goes on, look at the device or restart it."
    }
  }
}
