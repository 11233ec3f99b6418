import Diagnostics

/// No swap now nor after a boot, whatever brought it: a line of `/etc/fstab`, units, a swap partition found by systemd,
/// `dphys-swapfile` (Raspberry Pi OS up to 12), `rpi-swap` (from 13), `zram-tools` or zram-generator.
struct SwapOff: ResourceKind {
  func observe(_ request: inout ObservationRequest) {
    request.swap = true
  }

  func difference(_ context: ComparisonContext) throws(HearthError) -> Difference? {
    let swap = context.state.swap
    var fields: [FieldChange] = []
    if !swap.active.isEmpty {
      fields.append(FieldChange("in use", from: swap.active.joined(separator: ", "), to: nil))
    }
    for line in swap.fstab { fields.append(FieldChange("/etc/fstab", from: line, to: "# \(line)")) }
    for provider in swap.providers { fields.append(FieldChange("at boot", from: provider, to: nil)) }
    return Difference(.update, fields)
  }

  func fragment(_ change: ResourceChange, on state: HostState) throws(HearthError) -> Fragment {
    // Moving swapped pages back from an SD card takes its time.
    Fragment(script: "swap_off\n", libraries: ["file.sh", "swap.sh"], timeout: .seconds(300))
  }
}
