/// The parts of pods and disruption budgets that a drain looks at, in the shape of every Kubernetes version.
enum DrainObjects {
  struct Metadata: Decodable, Equatable {
    struct Owner: Decodable, Equatable {
      var kind: String
      var name: String
      var controller: Bool?
    }
    var name: String
    var namespace: String?
    var labels: [String: String]?
    var annotations: [String: String]?
    var ownerReferences: [Owner]?
    var deletionTimestamp: String?
  }

  struct Pod: Decodable, Equatable {
    struct Status: Decodable, Equatable { var phase: String? }
    var metadata: Metadata
    var status: Status?
  }

  struct Selector: Decodable, Equatable {
    struct Requirement: Decodable, Equatable {
      var key: String
      var `operator`: String
      var values: [String]?
    }
    var matchLabels: [String: String]?
    var matchExpressions: [Requirement]?

    /// An empty selector matches every pod (from policy/v1 on; before it none, which errs on the loud side here).
    func matches(_ labels: [String: String]) -> Bool {
      (matchLabels ?? [:]).allSatisfy { labels[$0.key] == $0.value }
        && (matchExpressions ?? []).allSatisfy { requirement in
          let value = labels[requirement.key]
          let isAmong = value.map { (requirement.values ?? []).contains($0) } ?? false
          return switch requirement.operator {
          case "In": isAmong
          case "NotIn": !isAmong
          case "Exists": value != nil
          case "DoesNotExist": value == nil
          default: false
          }
        }
    }
  }

  struct Budget: Decodable, Equatable {
    struct Spec: Decodable, Equatable { var selector: Selector? }
    struct Status: Decodable, Equatable {
      var disruptionsAllowed: Int?
      var currentHealthy: Int?
      var desiredHealthy: Int?
    }
    var metadata: Metadata
    var spec: Spec
    var status: Status?
  }
}

extension DrainObjects.Metadata {
  /// `namespace/name`.
  var path: String { [namespace, name].compactMap { $0 }.joined(separator: "/") }
}
