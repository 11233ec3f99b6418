import Testing

@testable import hearth

struct FlowingTextTests {
  @Test("lines of a paragraph are joined; paragraphs and indented lines stay apart")
  func paragraphs() {
    #expect("one\ntwo\n\nthree\n  four\n  five\nsix".flowing == "one two\n\nthree\n  four\n  five\nsix")
  }
}
