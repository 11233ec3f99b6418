package import Diagnostics

/// A server's answer, whatever its status.
package struct HTTPResponse: Sendable {
  package var status: Int
  package var headers: HTTPHeaders
  package var body: [UInt8]

  package var isSuccess: Bool { (200..<300).contains(status) }
  package var text: String { String(decoding: body, as: UTF8.self) }

  /// What to tell people when this answer to `url` is not the wanted one.
  package func failure(of url: String, peer: HTTPPeer = .server) -> HearthError {
    HearthError.status(url, ResponseHead(status: status, headers: headers), peer: peer)
  }
}

/// Header fields; names in any case.
package struct HTTPHeaders: Sendable, Equatable {
  private var fields: [String: String] = [:]

  package init() {}

  package subscript(name: String) -> String? {
    get { fields[name.lowercased()] }
    set { fields[name.lowercased()] = newValue }
  }
}
