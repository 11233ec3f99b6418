import Foundation
import PackagePlugin

/// Turns every file below a folder into Swift source, so that the binary is one file and what is embedded stays readable
/// on its own. Which folder it is depends on the target that uses the plugin.
@main
struct EmbedFiles: BuildToolPlugin {
  /// By target's name, relative to the package.
  private static let folders = [
    "Templates": "templates", "Prices": "inventory/prices", "Cost": "inventory/hardware",
    "Inventory": "inventory/addons",
  ]

  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    guard let name = EmbedFiles.folders[target.name] else {
      Diagnostics.error("the plugin EmbedFiles knows no folder for the target \(target.name)")
      return []
    }
    let folder = context.package.directoryURL.appending(path: name)
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedFiles.swift")
    return [
      .buildCommand(
        displayName: "Embed \(name)/",
        executable: try context.tool(named: "embed-files").url,
        arguments: [folder.path, output.path],
        inputFiles: files(below: folder),
        outputFiles: [output]
      )
    ]
  }

  private func files(below folder: URL) -> [URL] {
    let found = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.isRegularFileKey])
    return (found?.allObjects as? [URL] ?? [])
      .filter { (try? $0.resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true }
      .sorted { $0.path < $1.path }
  }
}
