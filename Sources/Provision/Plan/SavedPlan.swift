package import Diagnostics
import Foundation

/// A plan as `plan --output json` writes it and `up plan.json` takes it. It holds no content of sensitive files; what is
/// applied is always computed anew, and only if it equals what was saved and approved.
package struct SavedPlan: Sendable, Equatable, Codable {
  /// Of this format.
  package var version = 1
  package var phases: [PhasePlan]
  /// Host to what kept it from being observed.
  package var failures: [String: HearthError]

  package init(phases: [PhasePlan], failures: [String: HearthError]) {
    self.phases = phases
    self.failures = failures
  }

  /// - Throws: ``HearthError`` with code `usage` when the file cannot be read or is no plan.
  package static func load(_ path: String) throws(HearthError) -> SavedPlan {
    do {
      let plan = try JSONDecoder().decode(SavedPlan.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
      guard plan.version == 1 else {
        throw HearthError(
          .usage, "this plan has format \(plan.version), but this hearth reads format 1", subject: Subject(file: path),
          hint: "make the plan anew with `hearth plan --output json`")
      }
      return plan
    } catch let error as HearthError {
      throw error
    } catch {
      throw HearthError(
        .usage, "this is no saved plan", subject: Subject(file: path),
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
