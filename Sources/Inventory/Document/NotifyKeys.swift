import Diagnostics
import Schema

enum NotifyKeys {
  private static let address = TextShape(
    expected: "a URL that begins with http:// or https://", example: "https://ntfy.sh/my-rack",
    pattern: #"https?://[!#-\[\]-~]+"#)
  private static let mailbox = TextShape(
    expected: "a mail address such as anna@example.org", example: "anna@example.org",
    pattern: #"[A-Za-z0-9][A-Za-z0-9._%+-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{0,252}"#)
  private static let program = TextShape(
    expected: "the path of a program, such as /usr/local/bin/tell", example: "/usr/local/bin/tell",
    pattern: "(/[A-Za-z0-9._+-]+)+")

  /// A secret that is an address. No message shows it.
  private static let secretAddress = Kind<Secret<String>>(shape: .secret) { tree, decoding in
    guard let secret = Kind<Secret<String>>.secret.decode(tree, &decoding) else { return nil }
    guard secret.reveal().wholeMatch(of: /https?:\/\/[!#-\[\]-~]+/) != nil else {
      decoding.add(
        "the environment variable of `\(decoding.key)` is not a URL", at: tree.place,
        hint: "it begins with http:// or https:// and has no blanks, quotes or backslashes")
      return nil
    }
    return secret
  }

  private static let token = Key(
    "token",
    Kind<Secret<String>>(shape: .secret) { tree, decoding in
      guard let secret = Kind<Secret<String>>.secret.decode(tree, &decoding) else { return nil }
      guard secret.reveal().wholeMatch(of: /[!#-\[\]-~]+/) != nil else {
        decoding.add("the environment variable of `token` has blanks, quotes or backslashes", at: tree.place)
        return nil
      }
      return secret
    }, example: "${RACK_NTFY_TOKEN}", "What the server wants as bearer token. Only a variable of the environment.")

  private static let ntfyAddress = Kind<String>.text(address).map { Secret($0) }
  private static let ntfyURL = Key("url", ntfyAddress, required: true, example: address.example, "The topic's URL.")
  private static let webhookURL = Key(
    "url", secretAddress, required: true, example: "${RACK_WEBHOOK}", "Its URL. Only a variable of the environment.")

  static let ntfy = Key(
    "ntfy",
    Kind<Notify.Address>.either(
      ntfyAddress.map { Notify.Address(url: $0) },
      .object("an ntfy topic", "A topic and its token.", keys: [ntfyURL, token]) { fields in
        fields[ntfyURL].map { Notify.Address(url: $0, token: fields[token]) }
      }), example: address.example, "A topic of an ntfy server.")
  static let webhook = Key(
    "webhook",
    Kind<Notify.Address>.either(
      secretAddress.map { Notify.Address(url: $0) },
      .object("a webhook", "An address and its token.", keys: [webhookURL, token]) { fields in
        fields[webhookURL].map { Notify.Address(url: $0, token: fields[token]) }
      }), example: "${RACK_WEBHOOK}", "An address that takes JSON by POST; `text` is what chats show.")
  static let mail = Key(
    "mail", Kind<String>.text(mailbox).list(), example: "[anna@example.org]",
    "Mail addresses, by /usr/sbin/sendmail of the control-plane hosts, which you set up.")
  static let command = Key(
    "command", Kind<String>.text(program), example: program.example,
    "A program of yours on the control-plane hosts: the title is its argument, the text its input.")

  private static let usual = Notify()
  static let every = Key(
    "every", Kind<Int>.integer(60...3600), fallback: "\(usual.everySeconds)", "Seconds between two looks.")
  static let disk = Key(
    "disk", Kind<Int>.integer(50...99), fallback: "\(usual.diskPercent)", "Percent of a disk in use.")
  static let heat = Key(
    "heat", Kind<Int>.integer(40...110), fallback: "\(usual.heatCelsius)", "Degrees Celsius of a processor.")
  static let backup = Key(
    "backup", Kind<Int>.integer(1...8760), fallback: "\(usual.backupHours)",
    "Hours after which a control-plane host's newest backup is too old.")
  static let certificate = Key(
    "certificate", Kind<Int>.integer(1...365), fallback: "\(usual.certificateDays)",
    "Days before the end of a certificate that was not renewed in time.")
  static let end = Key(
    "end", Kind<Int>.integer(1...365), fallback: "\(usual.endDays)",
    "Days before the last updates of the Kubernetes release.")

  static let budget = Key(
    "budget", PurchaseKeys.amount.map { $0.value }, example: "20.00",
    "What a month may cost, in the currency of `cost`; looked at whenever `hearth cost track` runs.")

  static let kind = Kind<Notify>.object(
    "notify", "Who is told when something is wrong, and from when on.",
    keys: [ntfy, webhook, mail, command, every, disk, heat, backup, certificate, end, budget]
  ) { fields in
    var notify = Notify(
      ntfy: fields[ntfy], webhook: fields[webhook], mail: fields[mail] ?? [], command: fields[command])
    notify.everySeconds = fields[every] ?? usual.everySeconds
    notify.diskPercent = fields[disk] ?? usual.diskPercent
    notify.heatCelsius = fields[heat] ?? usual.heatCelsius
    notify.backupHours = fields[backup] ?? usual.backupHours
    notify.certificateDays = fields[certificate] ?? usual.certificateDays
    notify.endDays = fields[end] ?? usual.endDays
    notify.budget = fields[budget]
    return notify
  }
}
