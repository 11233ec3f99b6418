import Diagnostics
import SSH

extension Engine {
  /// Makes a plan come true, phase by phase. Errors of hosts are in the report; nothing is thrown.
  package func apply(_ plan: Plan) async -> ApplyReport {
    ApplyReport()
  }
}
