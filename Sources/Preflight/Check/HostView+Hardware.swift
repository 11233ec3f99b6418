import Inventory
import Provision

extension HostView {
  func hardware() -> [CheckFinding] { memory() + power() + heat() }

  /// Measured: a control plane of one takes 0.6-0.7 GB, a worker 0.25-0.4 GB, before the first pod.
  private func memory() -> [CheckFinding] {
    let mebibytes = facts.memoryBytes >> 20
    guard mebibytes > 0 else { return [] }
    let (least, comfortable) = isControlPlane ? (850, 1700) : (450, 850)
    let role = isControlPlane ? "control plane" : "worker"
    if mebibytes < least { return [finding(.memoryTooSmall, "\(mebibytes) MiB; a \(role) needs \(least) MiB")] }
    if mebibytes < comfortable {
      return [finding(.memorySmall, "\(mebibytes) MiB; a \(role) wants \(comfortable) MiB")]
    }
    return []
  }

  private func power() -> [CheckFinding] {
    guard let throttling = facts.throttling, !throttling.isEmpty else { return [] }
    let seen = "get_throttled \(throttling.hexadecimal): \(throttling.words.joined(separator: ", "))"
    var found: [CheckFinding] = []
    if throttling.contains(.underVoltageNow) {
      found.append(finding(.underVoltageNow, seen + supply))
    } else if throttling.contains(.underVoltageSinceBoot) {
      found.append(finding(.underVoltageBefore, seen + supply))
    }
    if !throttling.isDisjoint(with: [.frequencyCappedNow, .throttledNow, .softTemperatureLimitNow]) {
      found.append(finding(.throttledNow, seen))
    } else if !throttling.isDisjoint(with: [
      .frequencyCappedSinceBoot, .throttledSinceBoot, .softTemperatureLimitSinceBoot,
    ]) {
      found.append(finding(.throttledBefore, seen))
    }
    return found
  }

  /// The rack's supply and the place, so that a hand finds the weak one.
  private var supply: String {
    let place = node.slot.map { " in slot \($0)" } ?? ""
    guard let supply = rack.hardware.supply else { return place.isEmpty ? "" : "; the board\(place)" }
    return "; the board\(place), fed by \(supply.model.map { "\(supply.name) (\($0))" } ?? supply.name)"
  }

  private func heat() -> [CheckFinding] {
    guard let temperature = facts.temperatureMillicelsius, temperature >= 75_000 else { return [] }
    return [finding(.hot, "\(temperature / 1000) °C")]
  }
}
