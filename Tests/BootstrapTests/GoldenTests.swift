import Artifacts
import Foundation
import Inventory
import PKI
import Provision
import Templates
import Testing

@testable import Bootstrap

/// Everything that a host gets, compared with files under `Golden/`. `HEARTH_REWRITE=1 swift test` writes them
/// again; the difference is then to be read before it is committed.
struct GoldenTests {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "Golden")

  @Test(arguments: SampleRack.allCases)
  func rackIsAsBefore(_ sample: SampleRack) throws {
    let authority = try Authority.create(cluster: sample.rack.cluster.name)
    let phases = try sample.bootstrap().phases(authority: authority, software: sample.software)
    var texts: [String: String] = [:]
    // The first control-plane host and the last host; those between are like them.
    for host in ["pi1", sample.rack.nodes.last?.name ?? ""] {
      var outline = ""
      for phase in phases {
        outline += "phase \(phase.name)\n"
        for resource in phase.resources[host] ?? [] {
          outline += "  \(Self.outline(resource))\n"
          guard case .file(let file) = resource, !file.sensitive, !file.path.contains("/pki/") else { continue }
          texts["\(host)\(file.path)"] = String(decoding: file.content, as: UTF8.self)
            .replacing(authority.cluster.fingerprint, with: "FINGERPRINT")
        }
      }
      texts["\(host)/outline"] = outline
    }
    texts["objects.json"] = JSONValue.list(try sample.objects(authority).documents()).text
    texts["access.json"] = JSONValue.list(try sample.objects(authority).accessDocuments()).text
    try compare(texts, with: Self.folder.appending(path: sample.rawValue))
  }

  private static func outline(_ resource: Resource) -> String {
    switch resource {
    case .file(let file): "\(resource.id) \(String(file.mode, radix: 8)) \(file.owner)"
    case .directory(let directory): "\(resource.id) \(String(directory.mode, radix: 8)) \(directory.owner)"
    case .delivery(let delivery): "deliver \(delivery.path) \(delivery.file.sha256)"
    case .unit(let unit): "\(resource.id), restarts on: \(unit.restartOn.joined(separator: ", "))"
    default: resource.id
    }
  }

  private func compare(_ texts: [String: String], with folder: URL) throws {
    let manager = FileManager.default
    if ProcessInfo.processInfo.environment["HEARTH_REWRITE"] != nil {
      try? manager.removeItem(at: folder)
      for (name, text) in texts {
        let file = folder.appending(path: name)
        try manager.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
      }
      return
    }
    let known = try manager.subpathsOfDirectory(atPath: folder.path).filter { name in
      var isFolder: ObjCBool = false
      return manager.fileExists(atPath: folder.appending(path: name).path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
    #expect(Set(known) == Set(texts.keys))
    for (name, text) in texts {
      let wanted = try? String(contentsOf: folder.appending(path: name), encoding: .utf8)
      #expect(text == wanted, "\(name)")
    }
  }
}

extension SampleRack {
  func objects(_ authority: Authority) throws -> ClusterObjects {
    let bootstrap = try bootstrap()
    return ClusterObjects(
      rack: rack, release: bootstrap.release, authority: authority, podRanges: bootstrap.podRanges,
      software: try #require(software[architecture]), nodes: bootstrap.nodes)
  }
}
