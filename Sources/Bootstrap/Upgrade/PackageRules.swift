package import Diagnostics
package import Inventory

extension KubernetesRelease {
  /// Versions of a held package that go with this Kubernetes; nil for packages that it does not care about.
  package func range(ofPackage name: String) -> VersionRange? {
    switch name {
    case "containerd": containerd
    case "containernetworking-plugins": cni
    case "etcd-client", "etcd-server": etcd
    case "runc": runc
    default: nil
    }
  }

  /// Every reason why held packages may not become what apt offers; empty means that they may.
  package func objections(to offers: [PackageOffer]) -> [HearthError] {
    offers.flatMap { offer in
      var errors: [HearthError] = []
      if let range = range(ofPackage: offer.name), !range.contains(offer.candidate) {
        errors.append(
          refusal(offer, "which does not go with Kubernetes 1.\(minor): that needs \(range)"))
      }
      // Its client follows it.
      if offer.name == "etcd-server", let objection = Self.etcdObjection(offer) {
        errors.append(refusal(offer, objection))
      }
      return errors
    }
  }

  /// etcd goes up one minor version at a time, and never back: its data would not be understood.
  private static func etcdObjection(_ offer: PackageOffer) -> String? {
    let from = VersionRange.numbers(of: offer.installed)
    let to = VersionRange.numbers(of: offer.candidate)
    guard from.count > 1, to.count > 1, from.prefix(2) != to.prefix(2) else { return nil }
    if from[0] == to[0], to[1] == from[1] + 1 { return nil }
    return (to[0], to[1]) < (from[0], from[1])
      ? "but etcd cannot go back a minor version" : "but etcd takes one minor version at a time"
  }

  /// An older etcd cannot join a newer cluster.
  ///
  /// - Parameters:
  ///   - installed: the joining host's etcd, if it has one.
  ///   - candidate: what apt would install there.
  ///   - members: versions of the members; the lowest of them is the cluster's.
  package static func objection(
    joining host: String, installed: String?, candidate: String?, members: [String]
  ) -> HearthError? {
    func minor(_ version: String) -> [Int] { Array(VersionRange.numbers(of: version).prefix(2)) }
    guard let version = installed ?? candidate,
      let lowest = members.min(by: { minor($0).lexicographicallyPrecedes(minor($1)) }),
      minor(version).lexicographicallyPrecedes(minor(lowest))
    else { return nil }
    let release =
      "bring this host to the Debian release of the other control planes, or let apt find the newer etcd-server"
    return HearthError(
      .refused,
      "\(installed == nil ? "apt would install" : "this host has") etcd-server \(version), and the members of etcd run "
        + "\(lowest): an older one cannot join",
      subject: Subject(host: host),
      hint: installed == nil ? release : "\(release); then install it",
      command: installed == nil
        ? "apt-cache policy etcd-server" : "sudo apt-get install --allow-change-held-packages etcd-server etcd-client")
  }

  private func refusal(_ offer: PackageOffer, _ reason: String) -> HearthError {
    HearthError(
      .refused, "apt offers \(offer.name) \(offer.candidate) in place of \(offer.installed), \(reason)",
      subject: Subject(host: offer.host),
      hint: "pin another version in /etc/apt/preferences.d, or take the source away that offers this one",
      command: "apt-cache policy \(offer.name.shellQuoted)")
  }

  /// Installed packages that this Kubernetes does not run on.
  ///
  /// - Parameter installed: versions by package name.
  package func objections(toInstalled installed: [String: String], on host: String) -> [HearthError] {
    guard source == .debian else { return [] }
    return installed.sorted { $0.key < $1.key }.compactMap { name, version in
      guard let range = range(ofPackage: name), !range.contains(version) else { return nil }
      return HearthError(
        .unsupported, "\(name) \(version) does not go with Kubernetes 1.\(minor): that needs \(range)",
        subject: Subject(host: host, step: "check"),
        hint: "install another version, or remove the package if nothing else needs it",
        command: "apt-cache policy \(name.shellQuoted)")
    }
  }
}
