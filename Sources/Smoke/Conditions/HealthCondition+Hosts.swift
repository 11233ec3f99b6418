import Diagnostics
import Inventory

extension HealthCondition {
  /// The one failure of a host that does not answer: what cannot be seen without it is not judged.
  package static let hostReachable = HealthCondition(
    "host-reachable", "host answers over SSH", .eachNode, seenIn: .hosts,
    remedy: { place in
      Remedy(
        "check its power, its cable and its screen; if it is gone for good, `hearth node replace \(place.host ?? "NAME")`",
        command: "ping -c 3 \(place.node?.address.description ?? "")")
    },
    judge: { observation, place in
      guard let name = place.host else { return .skipped("no host") }
      if observation.hosts[name] != nil { return .met("") }
      return .failed(expected: "an answer", seen: observation.unreachable[name]?.message ?? "not asked")
    })

  package static let apiReady = HealthCondition(
    "api-ready", "API server is ready", .eachControlPlane, seenIn: .hosts,
    remedy: { place in
      Remedy(
        "read the API server's log; it needs its etcd member and valid certificates",
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
        "read etcd's log; it needs a leader, its disk and, with several members, most of its peers",
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
        command: "systemctl status --no-pager \(units.shellWords)", on: place.host)
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

  package static let certificatesValid = HealthCondition(
    "certificates-valid", "certificates are not about to expire", .eachNode, seenIn: .hosts,
    remedy: { place in
      Remedy(
        "renew them with `hearth certs renew`, or with `hearth up` where they have expired",
        command: "date; sudo ls -l /etc/kubernetes/pki", on: place.host)
    },
    judge: { observation, place in
      observation.judgeHost(place) { host in
        guard let first = host.certificates.min(by: { $0.notAfter < $1.notAfter }) else {
          return .failed(expected: "certificates of the cluster", seen: "none")
        }
        let short = host.certificates.filter { $0.daysLeft < $0.failureDays }
          .sorted { $0.notAfter < $1.notAfter }
        guard !short.isEmpty else {
          return .met("\(host.certificates.count) certificates, the first ends in \(first.daysLeft) days")
        }
        let seen = short.map { certificate in
          certificate.daysLeft < 0
            ? "\(certificate.path) expired \(-certificate.daysLeft) days ago"
            : "\(certificate.path) ends in \(certificate.daysLeft) days"
        }
        return .failed(expected: "certificates that were renewed in time", seen: seen.joined(separator: ", "))
      }
    })
}

extension Observation {
  /// Judges a host's own words. A host that does not answer fails ``HealthCondition/hostReachable``, and this is skipped.
  func judgeHost(_ place: Place, _ judge: (HostState) -> Verdict) -> Verdict {
    guard let name = place.host else { return .skipped("no host") }
    guard let host = hosts[name] else { return .skipped("\(name) is unreachable") }
    return judge(host)
  }
}
