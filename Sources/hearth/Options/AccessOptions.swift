import ArgumentParser

/// How a command gets into hosts.
struct AccessOptions: ParsableArguments {
  @Flag(
    name: .long,
    help: "Trust host keys that are seen for the first time and add them to known_hosts; changed keys still stop.")
  var acceptNewHostKeys = false
}
