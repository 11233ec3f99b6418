/// Which instance types run on processors that were measured (inventory/prices/families.yaml), by the providers' naming.
enum KnownFamilies {
  private static let prefixes: [String: [(prefix: String, family: String)]] = [
    "aws": [
      ("a1.", "graviton"), ("t4g.", "graviton2"), ("m6g.", "graviton2"), ("c6g.", "graviton2"), ("r6g.", "graviton2"),
    ],
    "azure": [
      ("B2p", "ampere-altra"), ("B4p", "ampere-altra"), ("B8p", "ampere-altra"), ("D2ps v5", "ampere-altra"),
      ("D4ps v5", "ampere-altra"), ("D8ps v5", "ampere-altra"), ("D2pls v5", "ampere-altra"),
      ("D4pls v5", "ampere-altra"), ("D8pls v5", "ampere-altra"),
    ],
    "gcp": [("t2a-", "ampere-altra")],
    "hetzner": [("cax", "ampere-altra")],
    "oracle": [("VM.Standard.A1.", "ampere-altra")],
    "scaleway": [("COPARM1-", "ampere-altra")],
  ]

  static func family(_ provider: String, _ name: String) -> String? {
    prefixes[provider]?.first { name.hasPrefix($0.prefix) }?.family
  }
}
