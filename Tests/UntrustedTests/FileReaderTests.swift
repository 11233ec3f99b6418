import Foundation
import Testing

/// Files that an inventory, a person or a tool from elsewhere may name are read through one reader, which takes regular
/// files up to a size only.
struct FileReaderTests {
  /// Sources that read files in another way, each with its reason.
  static let allowed = [
    "Sources/Artifacts/ArtifactStore+Jobs.swift": "hearth's own cache",
    "Sources/Artifacts/ArtifactStore+WebAssembly.swift": "hearth's own cache",
    "Sources/Artifacts/Cache/ArtifactCache+Prune.swift": "hearth's own cache",
    "Sources/Artifacts/Cache/ArtifactCache.swift": "hearth's own cache",
    "Sources/Artifacts/Image/WebAssemblyVerdict.swift": "mapped, after it was checked",
    "Sources/Bootstrap/Backup/BackupArchive.swift": "hearth's own copy of a backup",
    "Sources/Bootstrap/Backup/BackupTar.swift": "checked before",
    "Sources/Diagnostics/ProcessIdentity.swift": "the kernel's",
    "Sources/HTTP/Download/PartFile.swift": "hearth's own cache",
    "Sources/Inventory/Edit/InventoryEdit.swift": "an inventory that was loaded before",
    "Sources/Metering/Usage/UsageSample.swift": "the kernel's",
    "Sources/Operations/Upgrade/UserGate.swift": "what a program prints that a person named",
    "Sources/PKI/Age/AgeFile.swift": "read in pieces",
    "Sources/PKI/AuthorityStore.swift": "hearth's own state",
    "Sources/Prices/Live/PriceCache.swift": "hearth's own cache",
    "Sources/Prices/Live/PriceFeed.swift": "hearth's own download, read in pieces",
    "Sources/Prices/Tariffs/TariffCache.swift": "hearth's own cache",
    "Sources/VirtualRack/Launcher.swift": "hearth's own state",
    "Sources/hearth/Commands/BenchCPUCommand.swift": "standard input",
    "Sources/hearth/Commands/FlashFilesCommand.swift": "a card, and keys named on the command line",
    "Sources/hearth/RackRun+Passphrase.swift": "named on the command line, where a pipe is welcome",
    "Sources/hearth/RackRun.swift": "an inventory that was loaded before",
    "Sources/hearth/HostCommand.swift": "named on the command line, where a pipe is welcome",
  ]

  @Test func everyOtherFileIsReadByTheOneReader() throws {
    let folder = YAMLReaderTests.root.appending(path: "Sources").path
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
      $0.hasSuffix(".swift") && !$0.hasPrefix("fuzz-decoders/") && !$0.hasPrefix("EmbedFiles")
    }
    let reader = try Regex(
      #"contents\(atPath:|contentsOfFile:|(?:Data|String)\(contentsOf:|forReadingAtPath:|readDataToEndOfFile|readToEnd\("#
    )
    var found: Set<String> = []
    for name in names {
      let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
      if text.contains(reader) { found.insert("Sources/\(name)") }
    }
    #expect(found == Set(Self.allowed.keys))
  }
}
