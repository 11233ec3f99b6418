package import Diagnostics
package import Foundation

/// Who is told when something is wrong with the cluster, and from when on.
package struct Notify: Sendable, Equatable {
  /// An address that is as good as a password, and what it wants to see.
  package struct Address: Sendable, Equatable {
    package var url: Secret<String>
    package var token: Secret<String>?

    package init(url: Secret<String>, token: Secret<String>? = nil) {
      self.url = url
      self.token = token
    }
  }

  package var ntfy: Address?
  package var webhook: Address?
  /// Addresses, by the local MTA.
  package var mail: [String]
  /// A program on the control-plane hosts.
  package var command: String?
  /// Between two looks.
  package var everySeconds = 120
  package var diskPercent = 90
  package var heatCelsius = 80
  package var backupHours = 36
  package var certificateDays = 14
  /// Before a Kubernetes release gets no more updates.
  package var endDays = 60
  /// Of a month, in the currency of the costs.
  package var budget: Decimal?

  package init(ntfy: Address? = nil, webhook: Address? = nil, mail: [String] = [], command: String? = nil) {
    self.ntfy = ntfy
    self.webhook = webhook
    self.mail = mail
    self.command = command
  }

  /// Nobody is told.
  package var isEmpty: Bool { ntfy == nil && webhook == nil && mail.isEmpty && command == nil }
}
