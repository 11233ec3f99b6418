import Diagnostics

/// hearth's own block in `/etc/hosts`; all other lines stay as they are, byte for byte. Where cloud-init writes the file
/// again at each boot because its user-data says so, the block stands in cloud-init's template as well.
struct HostsBlock: ResourceKind {
  static let path = "/etc/hosts"
  static let template = "/etc/cloud/templates/hosts.debian.tmpl"
  static let first = "# hearth begin"
  static let last = "# hearth end"

  /// Says which file makes cloud-init write `/etc/hosts`. User-data wins over all of `/etc/cloud`, so those do not count:
  /// what they say is overruled by a file of hearth's.
  private static let cloudProbe = """
    [ -f \(template) ] && [ ! -e /etc/cloud/cloud-init.disabled ] && \
      grep -aiHsE '^[[:space:]]*manage_etc_hosts[[:space:]]*:[[:space:]]*[^a-z#]?(true|yes|on|template)' \
      /var/lib/cloud/instance/cloud-config.txt /boot/firmware/user-data
    """
  private static let cloudID = "cloud-init hosts"

  var entries: [Resource.HostsEntry]

  private var lines: [String] { entries.map { "\($0.address) \($0.names.joined(separator: " "))" } }

  func observe(_ request: inout ObservationRequest) {
    request.text(Self.path)
    request.text(Self.template)
    request.probe(Self.cloudID, Self.cloudProbe)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    let present = Self.block(in: context.state.contents[Self.path] ?? [])
    var fields: [FieldChange] = []
    if present != lines {
      for line in (present ?? []) where !lines.contains(line) {
        fields.append(FieldChange("entry", from: line.filter { !$0.isNewline }, to: nil))
      }
      for line in lines where present?.contains(line) != true {
        fields.append(FieldChange("entry", from: nil, to: line))
      }
      if fields.isEmpty { fields.append(FieldChange("order", from: "other", to: "as wanted")) }
    }
    let isNew = present == nil
    if let file = Self.rewriter(context.state), Self.block(in: context.state.contents[Self.template] ?? []) != lines {
      fields.append(
        FieldChange(.cloudInit, from: "writes /etc/hosts at boot (\(file))", to: "writes these entries, too"))
    }
    return Difference(isNew ? .create : .update, fields)
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    let text = lines.map { $0 + "\n" }.joined()
    let files = [Self.path] + (Self.rewriter(state) == nil ? [] : [Self.template])
    return Fragment(
      script: files.map { "put_hosts_block \($0) <<'END_OF_BLOCK'\n\(text)END_OF_BLOCK\n" }.joined(),
      libraries: ["file.sh", "hosts.sh"])
  }

  /// The file because of which cloud-init writes `/etc/hosts` again; nil where it does not.
  private static func rewriter(_ state: HostState) -> String? {
    guard let probe = state.probes[cloudID], probe.status == 0 else { return nil }
    return probe.output.split(separator: UInt8(ascii: ":")).first.map { String(decoding: $0, as: UTF8.self) }
  }

  /// Lines between the two marks; nil if there is no such block, or not exactly one. The marks are known whatever line
  /// ends the file has; an entry with another line end than hearth's is another entry, for the resolver too.
  static func block(in bytes: [UInt8]) -> [String]? {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    func isMark(_ line: ArraySlice<UInt8>, _ mark: String) -> Bool {
      line.elementsEqual(mark.utf8) || line.last == UInt8(ascii: "\r") && line.dropLast().elementsEqual(mark.utf8)
    }
    let starts = lines.indices.filter { isMark(lines[$0], first) }
    let ends = lines.indices.filter { isMark(lines[$0], last) }
    guard starts.count == 1, ends.count == 1, let start = starts.first, let end = ends.first, start < end else {
      return nil
    }
    return lines[(start + 1)..<end].map { String(decoding: $0, as: UTF8.self) }
  }
}
