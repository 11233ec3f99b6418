package import Diagnostics

/// How a virtual host is made. What a host was made with stays until the lab is taken down.
package struct VirtualHostOptions: Sendable {
  /// The model that a Raspberry Pi 4 names in its device tree.
  package static let pi4Model = "Raspberry Pi 4 Model B Rev 1.4"

  /// Limit for everything in the host together; nil for none. The host still sees the machine's whole memory.
  package var memoryBytes: Int?
  /// Size of a disk of its own, which can then be filled; nil for a share of the machine's.
  package var diskBytes: Int?
  /// Gives the host a Pi's files, under this model's name: device tree, `/boot/firmware`, `vcgencmd`, and a memory
  /// controller only when `cmdline.txt` asks for it.
  package var piModel: String?
  /// What sudo asks user `pi` for; nil for sudo without a password.
  package var sudoPassword: Secret<String>?

  package init(
    memoryBytes: Int? = nil, diskBytes: Int? = nil, piModel: String? = nil, sudoPassword: Secret<String>? = nil
  ) {
    self.memoryBytes = memoryBytes
    self.diskBytes = diskBytes
    self.piModel = piModel
    self.sudoPassword = sudoPassword
  }
}
