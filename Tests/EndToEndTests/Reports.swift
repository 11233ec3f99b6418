import Testing

/// A line of `--output json`, as far as tests look at it.
struct EventLine: Decodable {
  struct Failure: Decodable {
    struct Subject: Decodable {
      var host: String?
      var step: String?
    }
    var code: String
    var message: String
    var hint: String?
    var subject: Subject?
  }

  struct Summary: Decodable {
    struct Host: Decodable {
      var changed: Int
      var execs: Int
      var failures: [String]
    }
    struct Phase: Decodable {
      var name: String
      var seconds: Double
    }
    var command: String
    var result: String
    var changed: Int
    var hosts: [String: Host]
    var phases: [Phase]
  }

  var event: String
  var name: String?
  var host: String?
  var state: String?
  var detail: String?
  var error: Failure?
  var summary: Summary?
  var step: String?
  var outcome: String?
}

/// `hearth plan --output json`.
struct PlanDocument: Decodable {
  struct Phase: Decodable {
    var name: String
    var hosts: [String: [Change]]
  }
  struct Change: Decodable {
    var id: String
  }
  var phases: [Phase]

  /// Ids of the resources that would change, by host.
  var changes: [String: Set<String>] {
    phases.reduce(into: [:]) { all, phase in
      for (host, changes) in phase.hosts where !changes.isEmpty {
        all[host, default: []].formUnion(changes.map(\.id))
      }
    }
  }
}

extension HearthProgram {
  /// What a plan still wants to change, by host. A kubelet that was just restarted may call its node not ready for some
  /// seconds, and with it the pods of add-ons there: what is only waited for has to come true by itself, and is asked about
  /// once more. Files, units, packages and settings are not.
  func changesLeft(_ inventory: String? = nil) throws -> [String: Set<String>] {
    let file = inventory.map { ["--inventory", $0] } ?? []
    func plan() throws -> [String: Set<String>] {
      try start(["plan", "--output", "json"] + file).end().document(PlanDocument.self).changes
    }
    let changes = try plan()
    let isWaiting = changes.values.allSatisfy {
      $0.allSatisfy { $0.hasPrefix("condition ") || $0.hasPrefix("add-on ") }
    }
    guard !changes.isEmpty, isWaiting else { return changes }
    _ = try start(["status", "--wait", "120"] + file).end()
    return try plan()
  }

  /// A plan has nothing to do; what it would do is said otherwise.
  func expectNothingLeft(_ inventory: String? = nil, at place: SourceLocation = #_sourceLocation) throws {
    let changes = try changesLeft(inventory)
    #expect(changes == [:], sourceLocation: place)
  }
}

/// `hearth status --output json`.
struct StatusDocument: Decodable {
  struct Host: Decodable {
    struct State: Decodable {
      struct Vitals: Decodable {
        var load: Double?
        var memoryBytes: Int?
        var freeDiskBytes: Int?
      }
      struct Store: Decodable {
        var bytes: Int
        var isLeader: Bool
      }
      var vitals: Vitals?
      var store: Store?
    }
    var name: String
    var unreachable: String?
    var state: State?
  }
  struct Pods: Decodable {
    var node: String?
    var phase: String
    var count: Int
  }
  struct Event: Decodable {
    var reason: String
    var object: String
  }
  struct Condition: Decodable {
    var name: String
    var host: String?
    var state: String
    var detail: String
  }
  var server: String?
  var hosts: [Host]
  var pods: [Pods]?
  var events: [Event]?
  var conditions: [Condition]
}

/// A run that gave JSON lines ended well, and no line of it says otherwise.
func expectDone(_ result: HearthProgram.Result, sourceLocation: SourceLocation = #_sourceLocation) throws {
  let failures = try result.lines(EventLine.self).compactMap { $0.error?.message }
  #expect(result.failure == nil && failures.isEmpty, "\(failures) \(result.errors)", sourceLocation: sourceLocation)
}
