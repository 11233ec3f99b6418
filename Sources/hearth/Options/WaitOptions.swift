import ArgumentParser
import Provision

/// How patient a command is.
struct WaitOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("How long to wait for another program that holds apt's lock on a host.", valueName: "seconds"))
  var aptWait = 300

  func validate() throws {
    guard (0...86_400).contains(aptWait) else { throw ValidationError("--apt-wait takes seconds, from 0 to 86400") }
  }

  var limits: Limits { Limits(aptLock: .seconds(aptWait)) }
}
