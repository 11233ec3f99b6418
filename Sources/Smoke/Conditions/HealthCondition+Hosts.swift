import Diagnostics
import Inventory

extension HealthCondition {
  package static let apiReady = HealthCondition(
    "api-ready", "API server is ready", .eachControlPlane, seenIn: .hosts,
    remedy: { place in
      Remedy(
        "look at the API server's own words; it needs its etcd member and valid certificates",
        command: "sudo journalctl -u kube-apiserver -n 50 --no-pager", on: place.host)
    },
    judge: { observation, place in
      observation.judgeHost(place) { host in
        guard let api = host.api else {
          return .failed(expected: "an API server that answers /readyz", seen: "no answer was recorded")
        }
        return api.healthy
          ? .met(api.detail) : .failed(expected: "every check of /readyz to pass", seen: api.detail)
      }
    })

  package static let etcdHealthy = HealthCondition(
    "etcd-healthy", "etcd member is healthy", .eachControlPlane, seenIn: .hosts,
    remedy: { place in
      Remedy(
        "look at etcd's own words; it needs a leader, its disk and, with several members, most of its peers",
        command: "sudo journalctl -u hearth-etcd -n 50 --no-pager", on: place.host)
    },
    judge: { observation, place in
      observation.judgeHost(place) { host in
        guard let etcd = host.etcd else {
          return .failed(expected: "an etcd member that answers /health", seen: "no answer was recorded")
        }
        return etcd.healthy ? .met(etcd.detail) : .failed(expected: "a healthy etcd member", seen: etcd.detail)
      }
    })

  package static let componentsRunning = HealthCondition(
    "components-running", "the cluster's units are running", .eachNode, seenIn: .hosts,
    remedy: { place in
      let units = place.node.map { Observer.units(for: $0, in: place.rack) } ?? []
      return Remedy(
        "start the unit again and read why it stopped",
        command: "systemctl status --no-pager \(units.joined(separator: " "))", on: place.host)
    },
    judge: { observation, place in
      observation.judgeHost(place) { host in
        let wanted = place.node.map { Observer.units(for: $0, in: place.rack) } ?? []
        let wrong = wanted.compactMap { name -> String? in
          guard let unit = host.units.first(where: { $0.name == name }), unit.load != "not-found" else {
            return "\(name) is not installed"
          }
          return unit.isUp ? nil : "\(name) is \(unit.active) (\(unit.sub))"
        }
        return wrong.isEmpty
          ? .met("\(wanted.count) units")
          : .failed(expected: "every unit active", seen: wrong.joined(separator: ", "))
      }
    })

  /// Fewer days than this are worth a warning: hosts make certificates of a year anew when 121 days are left.
  static let certificateWarningDays = 90
  /// Fewer days than this are a failure.
  static let certificateFailureDays = 7

  package static let certificatesValid = HealthCondition(
    "certificates-valid", "certificates are valid for a while", .eachNode, seenIn: .hosts,
    remedy: { place in
      Remedy(
        "make them anew with `hearth certs renew`, or with `hearth up` where they have ended",
        command: "date; sudo ls -l /etc/kubernetes/pki", on: place.host)
    },
    judge: { observation, place in
      observation.judgeHost(place) { host in
        guard let first = host.certificates.min(by: { $0.notAfter < $1.notAfter }) else {
          return .failed(expected: "certificates of the cluster", seen: "none")
        }
        let short = host.certificates.filter { $0.daysLeft < certificateFailureDays }
          .sorted { $0.notAfter < $1.notAfter }
        guard !short.isEmpty else {
          return .met("\(host.certificates.count) certificates, the first ends in \(first.daysLeft) days")
        }
        let seen = short.map { certificate in
          certificate.daysLeft < 0
            ? "\(certificate.path) expired \(-certificate.daysLeft) days ago"
            : "\(certificate.path) ends in \(certificate.daysLeft) days"
        }
        return .failed(expected: "at least \(certificateFailureDays) days left", seen: seen.joined(separator: ", "))
      }
    })
}

extension Observation {
  /// What is expected of a host where nothing more can be said.
  static let askableHost = "a host that can be asked"

  /// Judges a host's own words; a host that was not asked fails the condition.
  func judgeHost(_ place: Place, _ judge: (HostState) -> Verdict) -> Verdict {
    guard let name = place.host else { return .skipped("no host") }
    if let host = hosts[name] { return judge(host) }
    let reason = unreachable[name]?.message ?? "it was not asked"
    return .failed(expected: Self.askableHost, seen: reason)
  }
}
