import CCurl
import Diagnostics

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
