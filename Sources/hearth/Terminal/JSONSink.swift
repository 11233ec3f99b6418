import Diagnostics
import Foundation

/// One JSON object a line on standard output; the last one is the summary.
struct JSONSink: EventSink {
  func emit(_ event: Event) {
    guard let text = Self.line(event) else { return }
    Terminal.writeJSON(text)
  }

  static func line(_ event: Event) -> String? {
    (try? text(EventRecord(event), as: .event)).map { $0 + "\n" }
  }

  /// A value as one line of JSON that says which form it has.
  static func write(_ value: some Encodable, as form: JSONForm) throws {
    Terminal.writeJSON(try text(value, as: form) + "\n")
  }

  static func text(_ value: some Encodable, as form: JSONForm) throws -> String {
    String(decoding: try encoder.encode(Formed(value: value, form: form.id)), as: UTF8.self)
  }

  /// An object with one member more.
  private struct Formed<Value: Encodable>: Encodable {
    enum Key: String, CodingKey { case schema }
    var value: Value
    var form: String

    func encode(to encoder: any Encoder) throws {
      try value.encode(to: encoder)
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(form, forKey: .schema)
    }
  }

  private static let encoder: JSONEncoder = {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }()
}

/// The stable JSON shape of an event: a flat object whose `event` names its kind.
struct EventRecord: Encodable {
  var event: String
  var command: String?
  var rack: String?
  var hosts: [String]?
  var host: String?
  var phase: String?
  var phases: [String]?
  /// Steps to do, by host.
  var steps: [String: Int]?
  var step: String?
  var outcome: Event.Outcome?
  var seconds: Double?
  var detail: String?
  var doneBytes: Int?
  var totalBytes: Int?
  var name: String?
  var state: Event.ConditionState?
  var level: Event.Level?
  var text: String?
  var succeeded: Bool?
  var error: HearthError?
  var summary: Summary?

  init(_ source: Event) {
    switch source {
    case .runStarted(let command, let rack, let hosts):
      (event, self.command, self.rack, self.hosts) = ("run-started", command, rack, hosts)
    case .planned(let phases, let steps):
      (event, self.phases, self.steps) = ("planned", phases, steps)
    case .phaseStarted(let phase, let hosts):
      (event, self.phase, self.hosts) = ("phase-started", phase, hosts)
    case .phaseEnded(let phase, let seconds, let succeeded):
      (event, self.phase, self.seconds) = ("phase-ended", phase, seconds)
      self.succeeded = succeeded
    case .stepStarted(let host, let phase, let step):
      (event, self.host, self.phase, self.step) = ("step-started", host, phase, step)
    case .stepProgress(let host, let step, let doneBytes, let totalBytes):
      (event, self.host, self.step, self.doneBytes, self.totalBytes) =
        ("step-progress", host, step, doneBytes, totalBytes)
    case .stepEnded(let host, let phase, let step, let outcome, let seconds, let detail):
      (event, self.host, self.phase, self.step) = ("step-ended", host, phase, step)
      (self.outcome, self.seconds, self.detail) = (outcome, seconds, detail)
    case .condition(let name, let host, let state, let detail):
      (event, self.name, self.host, self.state, self.detail) = ("condition", name, host, state, detail)
    case .note(let level, let host, let text):
      (event, self.level, self.host, self.text) = ("note", level, host, text)
    case .failure(let error):
      (event, self.error) = ("failure", error)
    case .summary(let summary):
      (event, self.summary) = ("summary", summary)
    }
  }
}
