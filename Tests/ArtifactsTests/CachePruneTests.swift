import Diagnostics
import Foundation
import HTTP
import TestSupport
import Testing

@testable import Artifacts

/// What no rack uses goes after a while; what one uses stays, with its packed copy.
struct CachePruneTests {
  private let scratch: TemporaryFolder
  private let cache: ArtifactCache
  private let day = 86_400.0

  init() throws {
    scratch = try TemporaryFolder("hearth-prune")
    cache = try ArtifactCache(folder: scratch.path)
  }

  /// A file of that many days ago, with its checksum looked at then.
  @discardableResult
  private func file(_ path: String, _ text: String, usedDaysAgo days: Double) throws -> String {
    try scratch.write(path, Data(text.utf8))
    let whole = "\(scratch.path)/\(path)"
    // Its own time is part of what a stamp compares.
    for path in [whole, (whole as NSString).deletingLastPathComponent] { try age(path, days) }
    let hex = try #require(try cache.checksum(of: whole)).hex
    for algorithm in Checksum.Algorithm.allCases { try age(cache.stamp(of: whole, algorithm), days) }
    return hex
  }

  private func age(_ path: String, _ days: Double) throws {
    guard FileManager.default.fileExists(atPath: path) else { return }
    try FileManager.default.setAttributes(
      [.modificationDate: Date().addingTimeInterval(-days * day)], ofItemAtPath: path)
  }

  private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: "\(scratch.path)/\(path)") }

  @Test func `Downloads, programs, packed copies and images go once nothing has used them`() throws {
    let old = try file("downloads/sha256-a/kubelet", "old", usedDaysAgo: 200)
    let new = try file("downloads/sha256-b/kubelet", "newer", usedDaysAgo: 20)
    try file("unpacked/sha256-c/etcd", "etcd", usedDaysAgo: 181)
    try file("images/pause-arm64-1.tar", "image", usedDaysAgo: 200)
    try file("images/pause-arm64-1.tar.sha256", "sum", usedDaysAgo: 200)
    try file("images/dns-arm64-1.tar", "dns", usedDaysAgo: 179)
    for hex in [old, new] {
      try scratch.write("gzip/\(hex).gz", Data("packed".utf8))
      try age("\(scratch.path)/gzip/\(hex).gz", 300)
    }
    let pruned = cache.prune(unusedFor: 180)
    #expect(
      Set(pruned.files) == [
        "downloads/sha256-a/kubelet", "unpacked/sha256-c/etcd", "images/pause-arm64-1.tar",
        "images/pause-arm64-1.tar.sha256", "gzip/\(old).gz",
      ])
    #expect(pruned.bytes == 3 + 4 + 5 + 3 + 6)
    #expect(!isThere("downloads/sha256-a"))
    #expect(isThere("downloads/sha256-b/kubelet"))
    #expect(isThere("gzip/\(new).gz"))
    #expect(isThere("images/dns-arm64-1.tar"))
    #expect(cache.prune(unusedFor: 180) == ArtifactCache.Pruned())
  }

  @Test func `A look at its checksum is a use`() throws {
    try file("downloads/sha256-a/kubelet", "old", usedDaysAgo: 200)
    let path = "\(scratch.path)/downloads/sha256-a/kubelet"
    _ = try cache.checksum(of: path)
    #expect(cache.prune(unusedFor: 180) == ArtifactCache.Pruned())
    #expect(isThere("downloads/sha256-a/kubelet"))
  }

  @Test func `Once a day is enough`() throws {
    #expect(cache.pruneOnceADay() != nil)
    #expect(cache.pruneOnceADay() == nil)
    #expect(cache.pruneOnceADay(now: Date().addingTimeInterval(2 * day)) != nil)
  }
}
