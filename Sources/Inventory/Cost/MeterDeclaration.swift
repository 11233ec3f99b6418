package import Diagnostics

/// A meter of the rack: where it is asked, and which things it measures.
package struct MeterDeclaration: Sendable, Equatable {
  package enum Kind: String, Sendable, CaseIterable {
    case shelly1 = "shelly-gen1"
    case shelly2 = "shelly-gen2"
    case tasmota
    case json
    case pmic = "pi5-pmic"
    /// Meters without a relay of the second generation and later.
    case shellyPM = "shelly-pm"
    case shelly3EM = "shelly-3em"
    case shellyPro3EM = "shelly-pro-3em"
    case homeAssistant = "home-assistant"
    case fritz = "fritz-dect"
    case prometheus

    /// Whether a control-plane host can ask it as well: a GET without a login.
    package var isOpen: Bool {
      switch self {
      case .shelly1, .shelly2, .tasmota, .json, .shellyPM, .shelly3EM, .shellyPro3EM: true
      case .pmic, .homeAssistant, .fritz, .prometheus: false
      }
    }
  }

  /// What a generic endpoint's number counts.
  package enum Unit: String, Sendable, CaseIterable {
    case watts = "W"
    case milliwatts = "mW"
    case wattHours = "Wh"
    case kilowattHours = "kWh"
    case wattMinutes = "Wmin"
    case joules = "J"
  }

  package var name: String
  package var kind: Kind
  /// Base URL; nil for a meter that is read over SSH.
  package var url: String?
  /// Relay or phase, from 0.
  package var channel: Int
  /// Of a generic endpoint: where its number stands, such as `sensors.0.power`; of Home Assistant the entity, of a
  /// FRITZ!DECT its number, of Prometheus the query.
  package var path: String?
  package var unit: Unit
  /// Names of nodes, `switch`, `ups`, names of other items of the rack, or `all`.
  package var covers: [String]
  /// Measured behind the supply, so that the supply's loss comes on top.
  package var isBehindSupply: Bool
  package var subject: Subject
  /// Of Home Assistant.
  package var token: Secret<String>?
  /// Of a device that asks for a login.
  package var user = "admin"
  package var password: Secret<String>?

  package init(
    name: String, kind: Kind, url: String? = nil, channel: Int = 0, path: String? = nil, unit: Unit = .watts,
    covers: [String], isBehindSupply: Bool = false, subject: Subject = Subject()
  ) {
    self.name = name
    self.kind = kind
    self.url = url
    self.channel = channel
    self.path = path
    self.unit = unit
    self.covers = covers
    self.isBehindSupply = isBehindSupply
    self.subject = subject
  }
}
