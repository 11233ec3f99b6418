import Diagnostics
import Foundation
import TestSupport
import Testing

@testable import Bootstrap

/// Images that a person brings to the nodes. Their names come from archives, and end in tables and commands of every node.
struct NodeImageTests {
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
