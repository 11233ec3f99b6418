import Artifacts
import Untrusted

extension Facts {
  mutating func readSoftware(_ report: FactsReport) {
    existingPaths = Set(report.values["exists"] ?? [])
    readPackages(report.sections["packages"] ?? [])
    architecture = Architecture(rawValue: debianArchitecture)
    nodeRecord = report.files["/etc/hearth/node.json"]?.joined(separator: "\n")
    hasManifest = existingPaths.contains("/var/lib/hearth/manifest")
    installations = Set(
      Installation.allCases.filter { installation in
        installation.packages.contains { packages[$0] != nil }
          || installation.evidence.contains(where: existingPaths.contains)
      })
    aptSchemes = Set((report.sections["apt"] ?? []).map { String($0.trimmed.dropLast()).bounded(32).visibleLine })
    language = (report.assignments("/etc/default/locale")["LANG"] ?? "").bounded(64).visibleLine
    readFirewall(report)
    readSettings(ofBoot: report)
  }

  /// Stanzas of dpkg's status file, cut to four fields. The package `dpkg` itself tells the userland's architecture.
  private mutating func readPackages(_ lines: [String]) {
    var name = ""
    var installed = false
    for line in lines {
      guard let (field, text) = line.cut(":") else { continue }
      let value = text.trimmed
      switch field {
      case "Package":
        name = value
        installed = false
      case "Status": installed = value.hasSuffix(" installed")
      case "Architecture": if name == "dpkg" { debianArchitecture = value.bounded(32).visibleLine }
      case "Version": if installed { packages[name] = NamePattern.version.optional(value) ?? "unknown" }
      default: break
      }
    }
  }
}
