import ArgumentParser
import Bootstrap

/// How long and how hard a node is emptied.
struct DrainOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Seconds that moving its pods may take; disruption budgets are respected all the while.", valueName: "seconds"))
  var drainTimeout = 300

  @Flag(help: "Also end pods that have no controller and would be lost.")
  var force = false

  func validate() throws {
    guard (1...86_400).contains(drainTimeout) else {
      throw ValidationError("--drain-timeout takes 1 to 86400 seconds")
    }
  }

  var options: Drain.Options { Drain.Options(timeout: .seconds(drainTimeout), force: force) }
}
