import ArgumentParser
import Bootstrap

/// How long and how hard a node is emptied.
struct DrainOptions: ParsableArguments {
  @Option(help: "Seconds that moving its pods may take; disruption budgets are respected all the while.")
  var drainTimeout = 300

  @Flag(help: "Also end pods that nobody would start anew elsewhere.")
  var force = false

  func validate() throws {
    guard drainTimeout > 0 else { throw ValidationError("--drain-timeout takes a number of seconds") }
  }

  var options: Drain.Options { Drain.Options(timeout: .seconds(drainTimeout), force: force) }
}
