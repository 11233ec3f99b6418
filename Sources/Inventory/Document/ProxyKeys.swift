enum ProxyKeys {
  private static let url = Kind<String>.text(.proxy)

  static let http = Key(
    "http", url, required: true, example: "http://proxy.example:3128",
    "For packages and images over HTTP. A password belongs into the environment: `http://me:${PROXY_PASSWORD}@proxy:3128`."
  )
  static let https = Key("https", url, fallback: "that of `http`", "For what is fetched over HTTPS.")
  static let exceptions = Key(
    "except", Kind<String>.text(.proxyException).list(), example: "[.example.com, 192.168.0.0/16]",
    "What is reached without it, beside the nodes, the pods and the Services, which hearth adds itself.")

  static let kind = Kind<ProxySettings>.either(
    url.map { ProxySettings(http: $0) },
    .object("the proxy", "A proxy for each kind, and what goes past it.", keys: [http, https, exceptions]) { fields in
      fields[http].map { ProxySettings(http: $0, https: fields[https], exceptions: fields[exceptions] ?? []) }
    })
}
