import Diagnostics
import HTTP
import TestSupport
import Testing

/// Certificates are verified, and a redirect does not lead out of TLS.
@Suite struct TLSTests {
  let place: TemporaryFolder
  let server: FileServer

  init() throws {
    place = try TemporaryFolder("hearth-http")
    try place.shell(
      """
      openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj '/CN=hearth test' \
        -addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out ca.pem
      """)
    server = try FileServer(tls: (place.file("ca.pem"), place.file("key.pem")))
  }

  var trusting: HTTPClient {
    var options = HTTPOptions.quick()
    options.caFile = place.file("ca.pem")
    return HTTPClient(options: options)
  }

  @Test func `An unknown authority is refused at once`() async throws {
    let error = await #expect(throws: HearthError.self) {
      try await HTTPClient(options: .quick()).get(server.url + "/plain")
    }
    #expect(error?.code == .download)
    #expect(error?.message.contains("does not trust") == true)
    #expect(try await trusting.get(server.url + "/log").text.contains("/plain") == false)
  }

  @Test func `A known authority is accepted`() async throws {
    #expect(try await trusting.get(server.url + "/plain?bytes=10").body.count == 10)
  }

  @Test func `Another name than the certificate's is refused`() async throws {
    let url = server.url.replacing("127.0.0.1", with: "localhost")
    let error = await #expect(throws: HearthError.self) { try await trusting.get(url + "/plain") }
    #expect(error?.message.contains("does not trust") == true)
  }

  @Test func `A redirect from https to http is refused`() async throws {
    let plain = try FileServer()
    let error = await #expect(throws: HearthError.self) {
      try await trusting.get(server.url + "/away?to=\(plain.url)/plain")
    }
    #expect(error?.message.contains("leads away from https") == true)
    #expect(try await HTTPClient(options: .quick()).get(plain.url + "/log").text.isEmpty)
  }

  @Test func `A missing file of authorities is named`() async throws {
    var options = HTTPOptions.quick()
    options.caFile = "/no/such.pem"
    let error = await #expect(throws: HearthError.self) {
      try await HTTPClient(options: options).get(server.url + "/plain")
    }
    #expect(error?.hint == "Check /no/such.pem.")
  }
}
