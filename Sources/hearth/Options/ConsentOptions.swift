import ArgumentParser

/// Of commands that show what they are about to do and ask.
struct ConsentOptions: ParsableArguments {
  @Flag(name: .shortAndLong, help: "Do not ask.") var yes = false
  @OptionGroup var preview: PreviewOptions
}

/// Of every command that changes the rack.
struct PreviewOptions: ParsableArguments {
  @Flag(name: .long, help: "Only show what would be done, and change nothing.") var dryRun = false
}
