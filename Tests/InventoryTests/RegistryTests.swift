import Diagnostics
import Inventory
import Testing

struct RegistryTests {
  private func decode(_ registries: String) throws -> [Registry] {
    try InventoryFile.decode(
      text: """
        cluster:
          name: home
          registries:
            \(registries)
        nodes:
          - {name: pi1, address: 192.168.1.11, roles: [control-plane, worker]}
        """, file: "/home/me/x.yaml", environment: ["HOME": "/home/me", "SHOP_PASSWORD": "secret words"]
    ).cluster.registries
  }

  @Test func `A registry has mirrors, an authority and a login`() throws {
    let found = try decode(
      """
      - {name: docker.io, mirrors: ["http://192.168.1.11:5000", "https://mirror.home.arpa"]}
          - {name: "shop.home.arpa:5000", authority: ./ca.crt, user: me, password: "${SHOP_PASSWORD}"}
          - {name: plain, url: "http://192.168.1.12"}
      """)
    #expect(
      found.map(\.server) == ["https://registry-1.docker.io", "https://shop.home.arpa:5000", "http://192.168.1.12"])
    #expect(found[0].mirrors == ["http://192.168.1.11:5000", "https://mirror.home.arpa"] && found[0].login == nil)
    #expect(found[1].authority == "/home/me/ca.crt" && found[1].login?.password.reveal() == "secret words")
  }

  @Test(arguments: [
    ("- {name: a, user: me}", "the user has no `password`"),
    ("- {name: a, password: \"${SHOP_PASSWORD}\"}", "a password needs a `user`"),
    ("- {name: a}\n    - {name: a}", "the registry `a` is given twice, first in line 4"),
    ("- {name: a, user: me, password: secret}", "`password` is written into the file"),
    (
      "- {name: ../a}",
      "`name` must be a registry as in the name of an image, such as registry.home.arpa:5000, not `../a`"
    ),
    (
      "- {name: a, mirrors: [\"https://me:word@mirror\"]}",
      "each of `mirrors` must be a URL of a host without a path, such as https://mirror.home.arpa, not "
        + "`https://me:word@mirror`"
    ),
  ])
  func `Mistakes are named`(_ text: String, _ message: String) {
    let errors = #expect(throws: HearthErrors.self) { try decode(text) }
    #expect(errors?.errors.map(\.message) == [message])
  }
}
