import Testing

@testable import hearth

/// Where `hearth backup --to` puts a backup.
struct RemoteFolderTests {
  @Test(
    "a folder of another machine is told from one of this",
    arguments: [
      ("anna@nas:/backups", RemoteFolder(user: "anna", host: "nas", folder: "/backups")),
      ("nas:backups", RemoteFolder(host: "nas", folder: "backups")),
      ("ssh://anna@nas:2222/backups", RemoteFolder(user: "anna", host: "nas", port: 2222, folder: "/backups")),
      ("ssh://nas/srv/hearth", RemoteFolder(host: "nas", folder: "/srv/hearth")),
      ("ssh://anna@nas", nil), ("ssh://anna@nas:99999/backups", nil), ("/media/usb:1", nil), ("./a:b", nil),
      ("backups", nil), ("anna@:/backups", nil), ("nas:", nil),
    ] as [(String, RemoteFolder?)])
  func places(_ text: String, _ place: RemoteFolder?) {
    #expect(RemoteFolder(text) == place)
  }
}
