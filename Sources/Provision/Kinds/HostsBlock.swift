import Diagnostics

/// hearth's own block in `/etc/hosts`; all other lines stay as they are.
struct HostsBlock: ResourceKind {
  static let path = "/etc/hosts"
  static let first = "# hearth begin"
  static let last = "# hearth end"

  var entries: [Resource.HostsEntry]

  private var lines: [String] { entries.map { "\($0.address) \($0.names.joined(separator: " "))" } }

  func observe(_ request: inout ObservationRequest) {
    request.text(Self.path)
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    let text = String(decoding: context.state.contents[Self.path] ?? [], as: UTF8.self)
    let present = Self.block(in: text)
    guard present != lines else { return nil }
    var fields: [FieldChange] = []
    for line in (present ?? []) where !lines.contains(line) { fields.append(FieldChange("entry", from: line, to: nil)) }
    for line in lines where present?.contains(line) != true { fields.append(FieldChange("entry", from: nil, to: line)) }
    if fields.isEmpty { fields.append(FieldChange("order", from: "other", to: "as wanted")) }
    return Difference(present == nil ? .create : .update, fields)
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    Fragment(
      script: "put_hosts_block <<'END_OF_BLOCK'\n\(lines.map { $0 + "\n" }.joined())END_OF_BLOCK\n",
      libraries: ["file.sh", "hosts.sh"])
  }

  /// Lines between the two marks; nil if there is no such block, or not exactly one.
  static func block(in text: String) -> [String]? {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count(where: { $0 == first }) == 1, lines.count(where: { $0 == last }) == 1,
      let start = lines.firstIndex(of: first), let end = lines.firstIndex(of: last), start < end
    else { return nil }
    return Array(lines[(start + 1)..<end])
  }
}
