import Templates

/// One demand of a security benchmark, and how it is judged.
struct BenchmarkItem: Sendable {
  /// As the benchmark numbers it, such as `1.2.16`.
  var id: String
  /// What is demanded, in hearth's words.
  var title: String
  var judge: @Sendable (BenchmarkFacts) -> BenchmarkVerdict

  init(_ id: String, _ title: String, _ judge: @escaping @Sendable (BenchmarkFacts) -> BenchmarkVerdict) {
    self.id = id
    self.title = title
    self.judge = judge
  }

  /// A demand on hosts, met when each host meets it.
  ///
  /// - Parameters:
  ///   - place: the hosts that it is about.
  ///   - fault: what is wrong on a host; nil when nothing is.
  ///   - reason: why it is met.
  init(
    _ id: String, _ title: String, _ place: Place, reason: String,
    _ fault: @escaping @Sendable (BenchmarkHost) -> String?
  ) {
    self.init(id, title) { facts in
      let hosts = place == .controlPlane ? facts.controlPlane : facts.hosts
      let faults = hosts.compactMap { host in fault(host).map { "\(host.name): \($0)" } }
      return faults.isEmpty ? .passed(reason) : .failed(faults.joined(separator: "; "))
    }
  }

  enum Place: Sendable { case controlPlane, everyNode }
}

/// What became of an item, always with the reason.
package enum BenchmarkVerdict: Sendable, Equatable {
  case passed(String)
  case failed(String)
  case notApplicable(String)

  package var word: String {
    switch self {
    case .passed: "passed"
    case .failed: "failed"
    case .notApplicable: "not applicable"
    }
  }

  package var reason: String {
    switch self {
    case .passed(let text), .failed(let text), .notApplicable(let text): text
    }
  }
}

/// One line of a benchmark's report.
package struct BenchmarkResult: Sendable, Equatable, Encodable {
  package var id: String
  package var title: String
  package var verdict: String
  package var reason: String
}
