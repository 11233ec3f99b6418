import Foundation
import TestSupport

/// A network namespace named as that of a virtual rack, with one address: a host's loopback addresses are not places for a
/// node, and this machine's own network is left alone.
final class PrivateNetwork: Sendable {
  static let address = "10.20.0.1"
  /// Of the virtual rack that hearth takes it for.
  let lab: String
  var namespace: String { "hearth-\(lab)" }

  init() throws {
    lab = "t" + String(UInt32.random(in: .min ... .max), radix: 36)
    try Command.run("ip", "netns", "add", namespace)
    try Command.run("ip", "-n", namespace, "link", "set", "lo", "up")
    try Command.run("ip", "-n", namespace, "address", "add", "\(Self.address)/32", "dev", "lo")
  }

  deinit { _ = try? Command.run("ip", "netns", "delete", namespace) }
}
