import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Bootstrap

/// Images that a person brings to the nodes. Their names come from archives, and end in tables and commands of every node.
struct NodeImageTests {
  @Test func twoImagesNeverShareAFile() {
    let references = [
      "a/b:1", "a_b:1", "a/b_1", "a/b/1", "a:5/b:1", "a/5:b/1", "a_5/b:1", "a/5/b:1", "a/b@sha256:00", "a/b/sha256:00",
      "a/b:1__0", "A/b:1", String(repeating: "x", count: 300) + ":1", String(repeating: "x", count: 300) + ":2",
    ]
    let paths = references.map(NodeImage.archivePath)
    #expect(Set(paths).count == references.count, "\(paths)")
    #expect(paths.allSatisfy { ($0 as NSString).lastPathComponent.utf8.count <= 255 })
    // What nodes have already stays where it is.
    #expect(NodeImage.archivePath(of: "hearth.local/web:1") == "/var/lib/hearth/images/hearth.local_web_1.tar")
  }

  @Test(
    "a name or path that is more than that is refused",
    arguments: [
      ("hearth.local/web:1", "/app.wasm", true), ("shop:1", nil, true),
      ("127.0.0.1:5000/a/b:v1@sha256:00ff", nil, true),
      ("a:1'; touch /tmp/x; '", nil, false), ("a:1\nb:1 /etc/shadow", nil, false), ("$(id)", nil, false),
      ("", nil, false),
      ("-a:1", nil, false), ("a b", nil, false), ("a:1", "/app wasm", false), ("a:1", "/app.wasm\nx /y", false),
      ("a:1", "/../app.wasm", false), ("a:1", "app.wasm", false), ("a:1", "/opt/my+app_1.0/run.wasm", true),
    ] as [(String, String?, Bool)])
  func names(_ reference: String, _ module: String?, _ isFine: Bool) throws {
    let scratch = try TemporaryFolder("hearth-node-image")
    try scratch.write("image.tar", Data("words".utf8))
    let result = Result { () throws(HearthError) in
      try NodeImage(reference: reference, archive: scratch.file("image.tar"), module: module)
    }
    if module == nil, !isFine {
      #expect(throws: HearthError.self) { try NodeImage.removal(of: reference) }
    }
    switch result {
    case .success: #expect(isFine)
    case .failure(let error): #expect(!isFine && error.code == .refused, "\(error.message)")
    }
  }
}
