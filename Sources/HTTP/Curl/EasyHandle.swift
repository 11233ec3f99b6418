import CCurl
import Diagnostics
import Untrusted

/// One libcurl handle with its transfer. Lives on the curl thread only.
struct EasyHandle: ~Copyable {
  let handle: UnsafeMutableRawPointer
  let transfer: Transfer
  private let headers: UnsafeMutablePointer<curl_slist>?
  private let message: UnsafeMutablePointer<CChar>

  /// nil when memory is short.
  init?(_ transfer: Transfer) {
    guard let handle = curl_easy_init() else { return nil }
    self.handle = handle
    self.transfer = transfer
    message = .allocate(capacity: Int(CURL_ERROR_SIZE))
    message.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
    var headers: UnsafeMutablePointer<curl_slist>?
    for (name, value) in transfer.request.headers.sorted(by: { $0.key < $1.key }) {
      headers = curl_slist_append(headers, "\(name): \(value)")
    }
    self.headers = headers
    configure()
  }

  deinit {
    curl_easy_cleanup(handle)
    curl_slist_free_all(headers)
    message.deallocate()
  }

  /// What libcurl says of a failure, in its own words.
  func words(for code: CURLcode) -> String {
    let own = String(cString: message)
    return own.isEmpty ? String(cString: curl_easy_strerror(code)) : own
  }

  private func configure() {
    let request = transfer.request
    let options = request.options
    set(CURLOPT_URL, request.url)
    set(CURLOPT_NOSIGNAL, 1)
    // TLS stays TLS: a redirect may not lead from https to http.
    let secure = request.url.lowercased().hasPrefix("https:")
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_REDIR_PROTOCOLS_STR, secure ? "https" : "http,https")
    // What was sent once is not sent again to whom a server names.
    set(CURLOPT_FOLLOWLOCATION, request.method.isReading ? 1 : 0)
    set(CURLOPT_MAXREDIRS, options.maximumRedirects)
    set(CURLOPT_SSL_VERIFYPEER, 1)
    set(CURLOPT_SSL_VERIFYHOST, 2)
    if let caFile = options.caFile { set(CURLOPT_CAINFO, caFile) }
    if let proxy = options.proxy { set(CURLOPT_PROXY, proxy) }
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    set(CURLOPT_USERAGENT, options.userAgent)
    set(CURLOPT_CONNECTTIMEOUT_MS, options.connectTimeout.milliseconds)
    set(CURLOPT_LOW_SPEED_LIMIT, options.stall.bytesPerSecond)
    set(CURLOPT_LOW_SPEED_TIME, max(1, Int(options.stall.duration.components.seconds)))
    if let timeout = request.timeout { set(CURLOPT_TIMEOUT_MS, timeout.milliseconds) }
    if let login = request.login {
      // CURLAUTH_BASIC and CURLAUTH_DIGEST, which are macros with casts in C. libcurl sends nothing before it is asked.
      set(CURLOPT_HTTPAUTH, 1 | 2)
      set(CURLOPT_USERPWD, login.reveal())
    }
    if request.acceptsCompression { set(CURLOPT_ACCEPT_ENCODING, "") }
    _ = hearth_curl_set_headers(handle, headers)
    _ = hearth_curl_set_error_buffer(handle, message)
    let context = Unmanaged.passUnretained(transfer).toOpaque()
    hearth_curl_set_receivers(handle, receiveBody, receiveHeader, context)
    switch request.method {
    case .get: break
    case .head: set(CURLOPT_NOBODY, 1)
    case .post: hearth_curl_post(handle, request.form?.reveal() ?? "")
    case .put: hearth_curl_upload(handle, request.source?.bytes ?? 0, sendBody, seekBody, context)
    }
  }

  private func set(_ option: CURLoption, _ value: String) { _ = hearth_curl_set_string(handle, option, value) }
  private func set(_ option: CURLoption, _ value: Int) { _ = hearth_curl_set_long(handle, option, value) }
}

extension Duration {
  /// At most what curl can hold: some 24 days.
  var milliseconds: Int {
    let whole = Int(components.seconds).saturatingTimes(1_000)
    return min(whole.saturatingPlus(Int(components.attoseconds / 1_000_000_000_000_000)), Int(Int32.max))
  }
}
