package import Diagnostics
import Foundation
import Templates
import Untrusted

/// One package that hearth holds back, and what apt on that host would install in its place. Which Debian release that
/// comes from is the host's own affair: its sources and pins decide.
package struct PackageOffer: Sendable, Equatable {
  package var host: String
  package var name: String
  /// Whole Debian versions, such as `1.6.20~ds1-1+deb12u3`.
  package var installed: String
  package var candidate: String

  package init(host: String, name: String, installed: String, candidate: String) {
    self.host = host
    self.name = name
    self.installed = installed
    self.candidate = candidate
  }

  /// Goes with the members of etcd, not with the nodes.
  var isEtcd: Bool { name.hasPrefix("etcd-") }
}

/// What all held packages of one host may become.
package struct PackageOffers: Sendable, Equatable {
  /// Only those where something else than what is installed is offered.
  package var offers: [PackageOffer] = []
  /// What would be installed, by package name, whether the package is there or not.
  package var candidates: [String: String] = [:]
  /// Why the host could not read new package lists; nil when it could.
  package var staleness: String?

  /// A program that prints what ``init(host:output:)`` reads; it reads new package lists and changes nothing else.
  package static func program(_ names: [String]) throws(HearthError) -> String {
    try Template("upgrade/package-offers").render(["packages": names])
  }

  /// Reads what `apt-cache policy` says in the C locale.
  package init(host: String, output: String) {
    var name = ""
    var installed = ""
    for line in output.byteLines {
      if let reason = line.wholeMatch(of: /lists-are-old (.*)/)?.output.1 {
        staleness = String(reason)
      } else if let named = line.wholeMatch(of: /(\S+):/)?.output.1 {
        name = String(named)
        installed = ""
      } else if let version = line.wholeMatch(of: /\s+Installed: (\S+)/)?.output.1 {
        installed = String(version)
      } else if let version = line.wholeMatch(of: /\s+Candidate: (\S+)/)?.output.1 {
        if version != "(none)" { candidates[name] = String(version) }
        // Nothing is offered for packages that no source has, and nothing is upgraded that is not there.
        guard !installed.isEmpty, installed != "(none)", version != "(none)", installed != version else { continue }
        offers.append(PackageOffer(host: host, name: name, installed: installed, candidate: String(version)))
      }
    }
  }
}

extension PackageOffer {
  /// One line for each package and change of version: `containerd 1.6.20 → 1.7.24 on pi1, pi2`.
  ///
  /// - Parameter hosts: the order in which they are named.
  package static func summary(_ offers: [PackageOffer], of hosts: [String]) -> [String] {
    let changes = Dictionary(grouping: offers) { "\($0.name) \($0.installed) → \($0.candidate)" }
    return changes.sorted { $0.key < $1.key }.map { change, offers in
      let names = Set(offers.map(\.host))
      let place =
        names.count == hosts.count && hosts.count > 1
        ? "all hosts" : hosts.filter(names.contains).joined(separator: ", ")
      return "\(change) on \(place)"
    }
  }
}
