package import Diagnostics
import Foundation
import Untrusted

/// A plan as `plan --output json` writes it and `up plan.json` takes it. It holds no content of sensitive files; what is
/// applied is always computed again, and only if it equals what was saved and approved.
package struct SavedPlan: Sendable, Equatable, Codable {
  /// What `hearth schema` calls this form; plans of before have none.
  package var schema: String? = "hearth.plan.v1"
  /// Of this format.
  package var version = 1
  /// What the plan was made from.
  package struct Origin: Sendable, Equatable, Codable {
    package var cluster: String
    /// ISO 8601, by the operator's clock.
    package var created: String
    /// Of hearth.
    package var hearth: String
    /// SHA-256 of the inventory's text, in hexadecimal.
    package var inventory: String?

    package init(cluster: String, created: String, hearth: String, inventory: String?) {
      self.cluster = cluster
      self.created = created
      self.hearth = hearth
      self.inventory = inventory
    }
  }

  package var origin: Origin?
  package var phases: [PhasePlan]
  /// Host to what kept it from being observed.
  package var failures: [String: HearthError]

  package init(phases: [PhasePlan], failures: [String: HearthError]) {
    self.phases = phases
    self.failures = failures
  }

  /// - Throws: ``HearthError`` with code `usage` when the file cannot be read or is not a plan.
  package static func load(_ path: String) throws(HearthError) -> SavedPlan {
    let bytes: [UInt8]
    do {
      bytes = try RegularFile.read(path, limitBytes: 256 << 20, code: .usage)
    } catch {
      throw HearthError(
        .usage, "this is not a saved plan", subject: Subject(file: path),
        hint: "make one with `hearth plan --output json > plan.json`", cause: error.cause ?? error.message)
    }
    do {
      let plan = try JSONDecoder().decode(SavedPlan.self, from: Data(bytes))
      guard plan.version == 1 else {
        throw HearthError(
          .usage, "this plan has format \(plan.version), but this hearth reads format 1", subject: Subject(file: path),
          hint: "make a new plan with `hearth plan --output json`")
      }
      return plan
    } catch let error as HearthError {
      throw error
    } catch {
      throw HearthError(
        .usage, "this is not a saved plan", subject: Subject(file: path),
        hint: "make one with `hearth plan --output json > plan.json`", cause: error.reason)
    }
  }

  /// Pretty-printed with sorted keys, so that two plans can be compared with `diff`.
  package func json() throws(HearthError) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    } catch {
      throw HearthError(.internalError, "the plan cannot be written as JSON: \(error)")
    }
  }
}
