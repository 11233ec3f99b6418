import Provision
import Untrusted

extension HostView {
  func time() -> [CheckFinding] {
    var found: [CheckFinding] = []
    if let offset = facts.clockOffset {
      let distance = offset.offset < .zero ? .zero - offset.offset : offset.offset
      // Only what the round trip cannot explain.
      let certain = distance - offset.uncertainty
      let way = offset.offset < .zero ? "behind" : "ahead of"
      let detail = "\(distance.words) \(way) this computer's clock (± \(offset.uncertainty.words))"
      if certain > .seconds(60) {
        found.append(finding(.clockWrong, detail))
      } else if certain > .seconds(2) {
        found.append(finding(.clockOff, detail))
      }
    }
    if !facts.canSetTime {
      found.append(finding(.clockNotSettable, "the capability CAP_SYS_TIME is missing; no time service is set up"))
    } else if let service = facts.timeSync.service {
      if facts.timeSync.synchronized == false { found.append(finding(.notSynchronized, service.rawValue)) }
      let running = facts.timeSync.services.map(\.rawValue)
      if running.count > 1 { found.append(finding(.severalTimeServices, running.joined(separator: ", "))) }
      if isControlPlane, running == [service.rawValue], service == .ntpd || service == .openntpd {
        found.append(finding(.timeServiceReplaced, "chrony takes the place of \(service.rawValue)"))
      }
    } else {
      found.append(finding(.noTimeSync, "neither chrony nor systemd-timesyncd nor ntpd runs"))
    }
    return found
  }
}

extension Duration {
  /// For people: `3 ms`, `2.5 s`, `4 min`, `3 h`, `12 days`.
  var words: String {
    let seconds = Double(components.seconds) + Double(components.attoseconds) / 1e18
    switch abs(seconds) {
    case ..<1: return "\(Int(nearest: (seconds * 1000).rounded())) ms"
    case ..<100: return "\(Double(Int(nearest: (seconds * 10).rounded())) / 10) s"
    case ..<7200: return "\(Int(nearest: (seconds / 60).rounded())) min"
    case ..<172_800: return "\(Int(nearest: (seconds / 3600).rounded())) h"
    default: return "\(Int(nearest: (seconds / 86400).rounded())) days"
    }
  }
}
