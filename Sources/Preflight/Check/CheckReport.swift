package import Inventory
package import Provision

/// Findings as text for people: host by host, each with its remedy, and a last line that counts.
package struct CheckReport: Sendable {
  package var rack: Rack
  package var facts: [String: Facts]
  package var findings: [CheckFinding]
  /// Those that the check was about; nil means all.
  package var hosts: [String]?

  package init(rack: Rack, facts: [String: Facts], findings: [CheckFinding], hosts: [String]? = nil) {
    self.hosts = hosts
    self.rack = rack
    self.facts = facts
    self.findings = findings
  }

  /// - Parameter width: columns after which text is broken.
  package func text(width: Int = 100) -> String {
    var lines: [String] = []
    for node in asked {
      lines.append(heading(node))
      if let facts = facts[node.name], let line = HostView(rack: rack, node: node, facts: facts).webAssemblyLine {
        lines += Self.wrap(line, first: "  ", next: "    ", width: width)
      }
      lines += body(findings.filter { $0.host == node.name }, width: width)
      lines.append("")
    }
    let common = findings.filter { $0.host == nil }
    if !common.isEmpty { lines += ["The rack"] + body(common, width: width) + [""] }
    return (lines + [counts]).joined(separator: "\n") + "\n"
  }

  private var asked: [Node] { rack.nodes.filter { hosts?.contains($0.name) ?? true } }

  /// Such as `4 hosts: 2 errors, 1 warning, 3 notes. hearth up fixes 2 of them; 1 error stands in its way.`
  package var counts: String {
    let hosts = Self.count(asked.count, "host")
    guard !findings.isEmpty else { return "\(hosts): no problems." }
    let parts: [(CheckRule.Severity, String)] = [(.error, "error"), (.warning, "warning"), (.info, "note")]
    let list = parts.compactMap { severity, word -> String? in
      let number = findings.count { $0.severity == severity }
      return number == 0 ? nil : Self.count(number, word)
    }.joined(separator: ", ")
    let fixed = findings.count(where: \.fixedByUp)
    let blocking = findings.count(where: \.isBlocking)
    var sentences: [String] = []
    if fixed > 0 { sentences.append("hearth up fixes \(fixed == findings.count ? "all" : "\(fixed)") of them") }
    if blocking > 0 {
      sentences.append("\(Self.count(blocking, "error")) \(blocking == 1 ? "stands" : "stand") in its way")
    } else {
      sentences.append("nothing stands in its way")
    }
    return "\(hosts): \(list). \(sentences.joined(separator: "; "))."
  }

  private func heading(_ node: Node) -> String {
    guard let facts = facts[node.name] else { return "\(node.name)  \(node.address)" }
    let memory =
      facts.memoryBytes < 1 << 30
      ? "\(facts.memoryBytes >> 20) MB" : "\((facts.memoryBytes + (1 << 29)) >> 30) GB"
    let board = [facts.model, facts.machine].first { !$0.isEmpty } ?? ""
    let parts = [board, memory, facts.osName].filter { !$0.isEmpty }
    return "\(node.name)  \(node.address)  \(parts.joined(separator: ", "))"
  }

  private func body(_ findings: [CheckFinding], width: Int) -> [String] {
    guard !findings.isEmpty else { return ["  ok"] }
    return findings.flatMap { finding in
      let word = finding.severity.rawValue
      let label = "  " + word + String(repeating: " ", count: 9 - word.count)
      let mark = finding.fixedByUp ? "  [hearth up fixes this]" : ""
      return ["\(label)\(finding.title)\(mark)"]
        + Self.wrap(finding.detail, first: "           ", next: "           ", width: width)
        + Self.wrap(finding.remedy, first: "         → ", next: "           ", width: width)
    }
  }

  private static func count(_ number: Int, _ word: String) -> String { "\(number) \(word)\(number == 1 ? "" : "s")" }

  private static func wrap(_ text: String, first: String, next: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = first
    var isEmpty = true
    for word in text.words {
      if !isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = next
        isEmpty = true
      }
      line += isEmpty ? word : " " + word
      isEmpty = false
    }
    return isEmpty ? lines : lines + [line]
  }
}

/// One thing that `hearth check` found.
package struct CheckFinding: Sendable, Equatable, Codable {
  package var rule: CheckRule
  /// Nil for what concerns the rack as a whole.
  package var host: String?
  package var severity: CheckRule.Severity
  /// What is wrong, a few words.
  package var title: String
  /// What was seen: numbers, names, units.
  package var detail: String
  /// What to do about it.
  package var remedy: String
  /// `hearth up` fixes it itself.
  package var fixedByUp: Bool

  package init(_ rule: CheckRule, host: String? = nil, _ detail: String, remedy: String? = nil) {
    self.rule = rule
    self.host = host
    severity = rule.severity
    title = rule.title
    self.detail = detail
    self.remedy = remedy ?? rule.remedy
    fixedByUp = rule.fixedByUp
  }

  /// `hearth up` must not go on.
  package var isBlocking: Bool { severity == .error && !fixedByUp }
}
