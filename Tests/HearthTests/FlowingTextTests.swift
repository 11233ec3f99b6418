import ArgumentParser
import Testing

@testable import hearth

struct FlowingTextTests {
  @Test("lines of a paragraph are joined; paragraphs and indented lines stay apart")
  func paragraphs() {
    #expect("one\ntwo\n\nthree\n  four\n  five\nsix".flowing == "one two\n\nthree\n  four\n  five\nsix")
  }

  @Test("the help of every command is wrapped by the terminal, not by its author")
  func everyCommand() {
    var commands: [any ParsableCommand.Type] = [Hearth.self]
    var seen = 0
    while let command = commands.popLast() {
      let configuration = command.configuration
      commands += configuration.subcommands
      seen += 1
      #expect(configuration.discussion == configuration.discussion.flowing, "\(command)")
    }
    #expect(seen > 50)
  }
}
