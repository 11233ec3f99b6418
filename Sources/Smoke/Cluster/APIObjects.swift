/// The parts of Kubernetes' own objects that hearth reads, in the shape that v1.20 and v1.36 share.
enum API {
  struct List<Item: Decodable>: Decodable {
    var items: [Item]
  }

  struct Metadata: Decodable {
    var name: String
    var namespace: String?
    var labels: [String: String]?
    var annotations: [String: String]?
    /// Such as `2026-11-23T23:34:26Z`.
    var creationTimestamp: String?
  }

  struct Condition: Decodable {
    var type: String
    var status: String
    var reason: String?
    var message: String?
    var lastTransitionTime: String?
  }

  struct Namespace: Decodable {
    struct Status: Decodable {
      var phase: String?
    }
    var metadata: Metadata
    var status: Status?
  }

  struct Version: Decodable {
    var gitVersion: String
  }

  struct Node: Decodable {
    struct Spec: Decodable {
      var podCIDR: String?
      var unschedulable: Bool?
    }
    struct Status: Decodable {
      struct Address: Decodable {
        var type: String
        var address: String
      }
      struct Info: Decodable {
        var kubeletVersion: String
        var kernelVersion: String
        var containerRuntimeVersion: String
        var osImage: String
        var architecture: String
      }
      var conditions: [Condition]?
      var addresses: [Address]?
      var nodeInfo: Info
    }
    var metadata: Metadata
    var spec: Spec
    var status: Status
  }

  struct Lease: Decodable {
    struct Spec: Decodable {
      /// Such as `2026-11-23T23:34:26.123456Z`.
      var renewTime: String?
    }
    var metadata: Metadata
    var spec: Spec
  }

  struct Workload: Decodable {
    struct Spec: Decodable {
      var replicas: Int?
    }
    struct Status: Decodable {
      var readyReplicas: Int?
      var desiredNumberScheduled: Int?
      var numberReady: Int?
    }
    var metadata: Metadata
    var spec: Spec
    var status: Status
  }

  struct Pod: Decodable {
    struct Spec: Decodable {
      var nodeName: String?
    }
    struct Status: Decodable {
      struct Container: Decodable {
        struct State: Decodable {
          struct Waiting: Decodable {
            var reason: String?
            var message: String?
          }
          struct Terminated: Decodable {
            var reason: String?
            var exitCode: Int?
          }
          var waiting: Waiting?
          var terminated: Terminated?
        }
        var state: State?
      }
      var phase: String?
      var podIP: String?
      var reason: String?
      var message: String?
      var conditions: [Condition]?
      var containerStatuses: [Container]?
    }
    var metadata: Metadata
    var spec: Spec
    var status: Status
  }

  struct Service: Decodable {
    struct Spec: Decodable {
      struct Port: Decodable {
        var port: Int
        var nodePort: Int?
      }
      var clusterIP: String?
      var ports: [Port]?
    }
    var metadata: Metadata
    var spec: Spec
  }
}
