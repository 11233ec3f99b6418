import Diagnostics
import Foundation
import HTTP
import Synchronization
import TestSupport
import Testing

/// Downloads from a real server that misbehaves.
@Suite struct DownloadTests {
  static let size = 1_000_000
  let server: FileServer
  let place: TemporaryFolder
  let http = HTTPClient(options: .quick())
  let content = FileServer.content(size)

  init() throws {
    server = try FileServer()
    place = try TemporaryFolder("hearth-http")
  }

  var checksum: Checksum { .of(content) }

  /// Range of each request for a path, `-` for none.
  func ranges(_ path: String) async throws -> [String] {
    let log = try await http.get(server.url + "/log").text
    return log.split(separator: "\n").map { $0.split(separator: " ") }.filter { $0[1] == path }.map { String($0[2]) }
  }

  @Test func `A whole file arrives, with progress up to its size, and nothing else is left`() async throws {
    let last = Mutex<HTTPProgress?>(nil)
    try await http.download(server.url + "/plain", to: place.file("f"), checksum: checksum) { progress in
      last.withLock { $0 = progress }
    }
    #expect(try place.data("f") == content)
    #expect(last.withLock { $0?.doneBytes } == Self.size)
    #expect(last.withLock { $0?.totalBytes } == Self.size)
    #expect(place.names == ["f"])
  }

  @Test func `An empty file is a file`() async throws {
    try await http.download(server.url + "/plain?bytes=0", to: place.file("f"), checksum: .of([]))
    #expect(try place.data("f").isEmpty)
  }

  @Test(arguments: ["/plain", "/unsized"]) func `More than is wanted is refused at once and leaves nothing`(
    path: String
  ) async throws {
    let error = await #expect(throws: HearthError.self) {
      try await http.download(server.url + path, to: place.file("f"), checksum: checksum, mostBytes: Self.size - 1)
    }
    #expect(error?.code == .download)
    #expect(error?.message.contains("longer than \(Self.size - 1) bytes") == true)
    #expect(place.names == [])
    #expect(try await ranges(path).count == 1)
    try await http.download(server.url + path, to: place.file("f"), checksum: checksum, mostBytes: Self.size)
    #expect(try place.data("f") == content)
  }

  @Test func `A dropped connection goes on where it broke`() async throws {
    try await http.download(server.url + "/drop", to: place.file("f"), checksum: checksum)
    #expect(try place.data("f") == content)
    #expect(try await ranges("/drop") == ["-", "bytes=\(Self.size / 2)-"])
  }

  @Test func `A line that breaks more often than there are tries still brings the file, for it advances`() async throws
  {
    let http = HTTPClient(options: .quick(attempts: 2))
    let content = FileServer.content(3_000_000)
    try await http.download(server.url + "/drip?bytes=3000000", to: place.file("f"), checksum: .of(content))
    #expect(try place.data("f") == content)
    #expect(try await ranges("/drip").count == 5)
  }

  @Test func `A server that ignores Range sends all, once`() async throws {
    try await http.download(server.url + "/norange", to: place.file("f"), checksum: checksum)
    #expect(try place.data("f") == content)
  }

  @Test func `A file that changed meanwhile starts over`() async throws {
    let new = FileServer.content(Self.size, seed: 2)
    try await http.download(server.url + "/changed", to: place.file("f"))
    #expect(try place.data("f") == new)
  }

  @Test func `Two versions in one file are found by the checksum and fetched again`() async throws {
    let new = FileServer.content(Self.size, seed: 1)
    try await http.download(server.url + "/mixed", to: place.file("f"), checksum: .of(new))
    #expect(try place.data("f") == new)
    #expect(try await ranges("/mixed") == ["-", "bytes=\(Self.size / 2)-", "-"])
  }

  @Test func `A wrong part is not appended`() async throws {
    try await http.download(server.url + "/wrongrange", to: place.file("f"), checksum: checksum)
    #expect(try place.data("f") == content)
  }

  @Test func `A stalled transfer is given up and goes on`() async throws {
    try await http.download(server.url + "/stall", to: place.file("f"), checksum: checksum)
    #expect(try place.data("f") == content)
    #expect(try await ranges("/stall").count == 2)
  }

  @Test(arguments: [503, 429, 500]) func `A busy server is asked again when it said`(status: Int) async throws {
    let path = "/busy/\(status)"
    try await http.download(server.url + path + "?status=\(status)", to: place.file("f"), checksum: checksum)
    #expect(try place.data("f") == content)
    #expect(try await ranges(path).count == 3)
  }

  @Test func `Wrong bytes leave no file and both checksums in the error`() async throws {
    let error = await #expect(throws: HearthError.self) {
      try await http.download(server.url + "/wrong", to: place.file("f"), checksum: checksum)
    }
    #expect(error?.code == .checksum)
    #expect(error?.cause?.contains(checksum.hex) == true)
    #expect(error?.message.contains(server.url + "/wrong") == true)
    #expect(place.names.isEmpty)
  }

  @Test func `A missing file is not asked for twice, and its error page is not the file`() async throws {
    let error = await #expect(throws: HearthError.self) {
      try await http.download(server.url + "/gone", to: place.file("f"))
    }
    #expect(error?.code == .download)
    #expect(error?.message.hasSuffix("/gone: the server answered 404") == true)
    #expect(try await ranges("/gone").count == 1)
    #expect(place.names.isEmpty)
  }

  @Test func `A line that brings nothing ends after the tries`() async throws {
    let error = await #expect(throws: HearthError.self) {
      try await http.download(server.url + "/reset", to: place.file("f"))
    }
    #expect(error?.code == .download)
    #expect(error?.message.contains("broke the connection") == true)
    #expect(try await ranges("/reset").count == 4)
  }

  @Test func `A second run goes on with what the first one left`() async throws {
    let once = HTTPClient(options: .quick(attempts: 1))
    await #expect(throws: HearthError.self) {
      try await once.download(server.url + "/drop", to: place.file("f"), checksum: checksum)
    }
    #expect(place.names == ["f.part", "f.part.from"])
    try await once.download(server.url + "/drop", to: place.file("f"), checksum: checksum)
    #expect(try place.data("f") == content)
    #expect(try await ranges("/drop") == ["-", "bytes=\(Self.size / 2)-"])
    #expect(place.names == ["f"])
  }

  @Test func `A part from another URL is not used`() async throws {
    let once = HTTPClient(options: .quick(attempts: 1))
    await #expect(throws: HearthError.self) {
      try await once.download(server.url + "/drop", to: place.file("f"), checksum: checksum)
    }
    try await once.download(server.url + "/plain", to: place.file("f"), checksum: checksum)
    #expect(try await ranges("/plain") == ["-"])
  }

  @Test func `A part that is whole already is taken`() async throws {
    try content.write(to: URL(fileURLWithPath: place.file("f.part")))
    let url = server.url + "/plain"
    try Data("\(url)\n\"v\"\n".utf8).write(to: URL(fileURLWithPath: place.file("f.part.from")))
    try await http.download(url, to: place.file("f"), checksum: checksum)
    #expect(try place.data("f") == content)
    #expect(place.names == ["f"])
  }

  @Test func `A cancelled task ends the transfer and keeps what came`() async throws {
    let patient = HTTPClient(options: HTTPOptions(proxy: ""))
    let (began, begin) = AsyncStream<Void>.makeStream()
    let task = Task {
      try await patient.download(server.url + "/stall", to: place.file("f"), checksum: checksum) { _ in begin.yield() }
    }
    for await _ in began { break }
    task.cancel()
    let error = await #expect(throws: HearthError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    #expect(place.names.contains("f.part"))
  }

  @Test func `A full disk is named with its folder`() async throws {
    try #require(geteuid() == 0, "this test mounts a small disk: run it as root")
    try place.shell("mkdir disk && mount -t tmpfs -o size=256k hearth-http-test disk")
    defer { _ = try? place.shell("umount disk") }
    let error = await #expect(throws: HearthError.self) {
      try await http.download(server.url + "/plain", to: place.file("disk/f"), checksum: checksum)
    }
    #expect(error?.code == .local)
    #expect(error?.message == "cannot write \(place.file("disk/f.part")): the disk is full")
    #expect(error?.command == "df -h \(place.file("disk"))")
    #expect(try await ranges("/plain").count == 1)
  }

  @Test func `A folder that is not there is named`() async throws {
    let error = await #expect(throws: HearthError.self) {
      try await http.download(server.url + "/plain", to: place.file("no/f"), checksum: checksum)
    }
    #expect(error?.code == .local)
  }

  @Test func `Many downloads share the thread`() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for index in 0..<40 {
        group.addTask {
          try await http.download(server.url + "/drop/\(index)", to: place.file("f\(index)"), checksum: checksum)
        }
      }
      try await group.waitForAll()
    }
    #expect(place.names.count == 40)
  }
}
